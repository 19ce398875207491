"""
The Linux kernel, asked to take something away: privileges, files, sockets, the sight of other processes.

Hides ctypes, the numbers of system calls and the layouts of their arguments. Promises: what is taken is gone for this
process and for all it starts; a kernel that cannot do it, or another system, raises OSError and nothing has changed.
Imports little, because every converted clip starts it twice.

Written by hand: of the libraries for Landlock and seccomp one has development releases alone, one is from 2021 and
wants the system's libseccomp, and two are some months old (November 2026). What is needed of them is six calls, in a
Python that does not look for packages.
"""

from bot.kernel.calls import call, prctl
from bot.kernel.privileges import drop_capabilities, hide_memory, leave_network, renounce

__all__ = ["call", "drop_capabilities", "hide_memory", "leave_network", "prctl", "renounce"]
