"""
A month as a picture: minutes a day, what they add up to, and where that is going.

Hides the plotting library, which lives only as long as one picture takes, in a process of its own. Promises: the
event loop never waits for a drawing and nothing of it stays in memory; one picture at a time; a drawing that
takes too long is ended and is None, never an error; the process knows no secret.
"""

from bot.chart.month import Chart, described
from bot.chart.painter import Painter

__all__ = ["Chart", "Painter", "described"]
