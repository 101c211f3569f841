"""P8: from the start of the process to a window that is painted and answers a click."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from tests.benchmarks import servers
from tests.benchmarks.row import Row, alternate, ratio

ROUNDS = 7

BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

application = QApplication(sys.argv)
window = QMainWindow()
window.resize(1280, 800)
window.show()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: (print("ready", flush=True), application.quit())))
application.exec()
"""

# Our whole application, ended as soon as its window is painted and an event posted after that was answered.
OURS = """
import sys
import threading

def watch():
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    class Painted(QObject):
        done = False
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and not Painted.done and isinstance(watched, QWidget):
                Painted.done = True
                QTimer.singleShot(0, self.answer)
            return False
        def answer(self):
            print("ready", flush=True)
            import os
            os._exit(0)
    original = QApplication.__init__
    def __init__(self, *arguments):
        original(self, *arguments)
        self.painted = Painted()
        self.installEventFilter(self.painted)
    QApplication.__init__ = __init__

watch()
from pyrolab_gui import cli
sys.exit(cli.run([]))
"""


def rows() -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYROLAB_GUI_HOME": home}

        def start(code: str) -> float:
            begin = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-c", code], cwd=servers.ROOT, env=environment, stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            try:
                assert process.stdout.readline().strip() == "ready"
                return time.perf_counter() - begin
            finally:
                process.kill()
                process.wait()
                process.stdout.close()

        times = alternate({"bare": lambda: start(BARE), "ours": lambda: start(OURS)}, ROUNDS)
    return [
        ratio(
            "P8",
            "process start -> window painted and answering, against a bare QMainWindow",
            2.0,
            times,
            "ours",
            "bare",
        )
    ]
