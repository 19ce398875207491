"""
The composition root: the only place that builds things and knows every room.

`build` puts the parts together, `serve` lets them live until they are told to stop.
"""

from bot.app.build import App, open_app
from bot.app.clock import now_ms
from bot.app.report import servers, transcribe, usage
from bot.app.serve import gateway, run, serve, worker

__all__ = ["App", "gateway", "now_ms", "open_app", "run", "serve", "servers", "transcribe", "usage", "worker"]
