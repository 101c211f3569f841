"""Imports pyqtgraph in the background, so that the first curve does not hold the window for a third of a second.

Limits: only the library; the plots of this package are imported where they are first shown.
"""

from __future__ import annotations

import importlib
import sys
import threading


def preload() -> None:
    """Begin to import pyqtgraph, unless it is there or on its way."""
    if "pyqtgraph" not in sys.modules:
        threading.Thread(target=importlib.import_module, args=("pyqtgraph",), name="pyqtgraph", daemon=True).start()
