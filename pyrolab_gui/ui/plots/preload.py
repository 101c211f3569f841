"""Imports the live plots and pyqtgraph in the background, so that the first curve does not hold the window.

Limits: makes no plot; the window is a few times some 10 ms late while it runs, instead of once 300 ms.
"""

from __future__ import annotations

import importlib
import sys
import threading

_PLOTS = "pyrolab_gui.ui.plots.live"


def preload() -> None:
    """Begin to import them, unless they are there or on their way."""
    if _PLOTS not in sys.modules:
        threading.Thread(target=importlib.import_module, args=(_PLOTS,), name="pyqtgraph", daemon=True).start()
