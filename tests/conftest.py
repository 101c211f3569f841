"""For all tests: no display is needed, Ctrl+C reaches what they start, and those side by side do not meet."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A shell that runs the tests in the background has it ignored, and so would every child.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Instruments of one simulated bench find each other in the folder for temporary files: each worker has its own.
if "PYTEST_XDIST_WORKER" in os.environ:
    _folder = tempfile.mkdtemp(prefix=os.environ["PYTEST_XDIST_WORKER"])
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ.update(TMPDIR=_folder, TEMP=_folder, TMP=_folder)
    tempfile.tempdir = None
