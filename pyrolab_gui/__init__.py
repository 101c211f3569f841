"""PyroLab GUI: hosting, supervising and driving instruments over Pyro5.

``from pyrolab_gui import Lab`` (or ``AsyncLab``) is for scripts; it loads what it needs when it is used, because every
child process imports this package too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyrolab_gui.network.lab import Lab as Lab
    from pyrolab_gui.network.lab_async import AsyncLab as AsyncLab

__all__ = ["AsyncLab", "Lab"]


def __getattr__(name: str) -> Any:
    if name == "Lab":
        from pyrolab_gui.network.lab import Lab

        return Lab
    if name == "AsyncLab":
        from pyrolab_gui.network.lab_async import AsyncLab

        return AsyncLab
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
