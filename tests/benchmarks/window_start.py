"""P8: from the start of the process to a window that is painted and answers a click.

The click is posted once the first paint is over and lands on a tab; what is measured ends when the tab has changed
(of the bare window: when it got the click). Then the window must prove itself: shown, with its tabs, in its colours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time

from tests.benchmarks import servers
from tests.benchmarks.row import Row, alternate, ratio

ROUNDS = 15
_FEWEST_COLOURS = 30
"""A bare window has one, a frame with text and icons has hundreds."""

CLICKED = """
import json, os, sys

def report(window, tabs):
    print("ready", flush=True)
    image = window.grab().toImage()
    colours = {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, min(image.height(), 120))}
    facts = {"visible": window.isVisible() and window.windowHandle().isExposed(), "tabs": tabs}
    print(json.dumps({**facts, "width": window.width(), "colours": len(colours)}), flush=True)
    os._exit(0)

def watch(target_of, clicked):
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication, QWidget

    class Painted(QObject):
        done = False

        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and not self.done and isinstance(watched, QWidget):
                self.done = True
                self.window = watched.window()
                QTimer.singleShot(0, self.click)
            return False

        def click(self):
            target = target_of(self.window)
            clicked(self.window)
            middle = QPointF(target.rect().center())
            left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
                event = QMouseEvent(kind, middle, target.mapToGlobal(middle), left, left, none)
                QCoreApplication.postEvent(target, event)

    original = QApplication.__init__

    def __init__(self, *arguments):
        original(self, *arguments)
        self.painted = Painted()
        self.installEventFilter(self.painted)

    QApplication.__init__ = __init__
"""

BARE = (
    CLICKED
    + """
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def mouseReleaseEvent(self, event):
        report(self, [])

watch(lambda window: window, lambda window: None)
application = QApplication(sys.argv)
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""
)

OURS = (
    CLICKED
    + """
def target(window):
    from PySide6.QtWidgets import QAbstractButton
    return window.findChild(QAbstractButton, "tab-daemons")

def clicked(window):
    from PySide6.QtWidgets import QAbstractButton
    tabs = [tab.text() for tab in window.findChildren(QAbstractButton) if tab.objectName().startswith("tab-")]
    window.currentChanged.connect(lambda key: report(window, tabs) if key == "daemons" else None)

watch(target, clicked)
from pyrolab_gui import cli
sys.exit(cli.run([]))
"""
)


def rows() -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYROLAB_GUI_HOME": home}

        def start(code: str) -> tuple[float, dict[str, object]]:
            begin = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-c", code], cwd=servers.ROOT, env=environment, stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            try:
                assert process.stdout.readline().strip() == "ready"
                taken = time.perf_counter() - begin
                return taken, json.loads(process.stdout.readline())
            finally:
                process.kill()
                process.wait()
                process.stdout.close()

        def bare() -> float:
            taken, facts = start(BARE)
            assert facts["visible"]
            return taken

        def ours() -> float:
            taken, facts = start(OURS)
            assert facts["visible"], facts
            assert facts["tabs"] == ["Registry", "Daemons", "Consoles", "Plots", "Recordings"], facts
            assert int(str(facts["colours"])) >= _FEWEST_COLOURS, facts
            return taken

        ours()  # compiles what was not
        times = alternate({"bare": bare, "ours": ours}, ROUNDS)
    work = "process start -> window painted and a click answered, against a bare QMainWindow"
    return [ratio("P8", work, 2.0, times, "ours", "bare")]
