"""For all tests: no display is needed, and Ctrl+C reaches the programs that they start."""

from __future__ import annotations

import os
import signal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A shell that runs the tests in the background has it ignored, and so would every child.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
