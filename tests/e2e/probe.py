"""Runs the application with an eye on its widgets: answers where a widget is and what it shows, over a loopback socket.

``python tests/e2e/probe.py PORT_FILE [argument...]`` starts ``pyrolab-gui [argument...]`` unchanged. The test moves
the real mouse and the real keyboard of its virtual screen; the probe only tells it where to. It changes nothing.
"""

from __future__ import annotations

import json
import os
import queue
import socketserver
import sys
import threading
from pathlib import Path
from typing import Any


def _widgets(name: str) -> list[Any]:
    from PySide6.QtWidgets import QApplication

    found = [w for w in QApplication.allWidgets() if name in (w.objectName(), w.accessibleName())]
    return sorted(found, key=lambda w: not w.isVisible())


def _describe(widget: Any) -> dict[str, Any]:
    from PySide6.QtCore import QPoint

    corner = widget.mapToGlobal(QPoint(0, 0))
    text = ""
    for reader in ("text", "toPlainText", "currentText", "title"):
        if hasattr(widget, reader):
            text = str(getattr(widget, reader)())
            break
    return {
        "rect": [corner.x(), corner.y(), widget.width(), widget.height()],
        "visible": widget.isVisible(),
        "enabled": widget.isEnabled(),
        "focus": widget.hasFocus(),
        "text": text,
        "class": type(widget).__name__,
        "name": widget.objectName(),
    }


def _columns(model: Any, parent: Any) -> int:
    try:
        return int(model.columnCount(parent))
    except TypeError:  # a list model keeps it private: there is one
        return 1


def _indexes(view: Any, parent: Any = None) -> Any:
    """Go through all items of a view, parents before children."""
    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QTreeView

    model, parent = view.model(), parent or QModelIndex()
    for row in range(model.rowCount(parent)):
        for column in range(_columns(model, parent)):
            yield model.index(row, column, parent)
        if isinstance(view, QTreeView):
            yield from _indexes(view, model.index(row, 0, parent))


def _curves() -> list[list[float]]:
    """Return the values of each curve that is drawn, oldest first."""
    pyqtgraph = sys.modules.get("pyqtgraph")
    from PySide6.QtWidgets import QApplication, QGraphicsView

    drawn = []
    for view in QApplication.allWidgets():
        if pyqtgraph is None or not isinstance(view, QGraphicsView) or not view.isVisible():
            continue
        for item in view.scene().items():
            if isinstance(item, pyqtgraph.PlotCurveItem) and item.isVisible():
                _, values = item.getData()
                drawn.append([] if values is None else [float(value) for value in values])
    return drawn


def _answer(question: dict[str, Any]) -> Any:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtWidgets import QApplication, QLabel

    kind = question["ask"]
    if kind == "widget":
        widgets = _widgets(question["name"])
        return _describe(widgets[0]) if widgets else None
    if kind == "names":
        visible = [w for w in QApplication.allWidgets() if w.isVisible()]
        return sorted({name for w in visible for name in (w.objectName(), w.accessibleName()) if name})
    if kind == "texts":
        root = _widgets(question["name"])
        return [label.text() for label in root[0].findChildren(QLabel) if label.isVisible()] if root else []
    if kind == "item":
        view = next(iter(_widgets(question["view"])), None)
        if view is None or not view.isVisible():
            return None
        for index in _indexes(view):
            if str(index.data(Qt.ItemDataRole.DisplayRole)) == question["text"]:
                rect = view.visualRect(index)
                corner = view.viewport().mapToGlobal(QPoint(rect.x(), rect.y()))
                row = [
                    str(index.siblingAtColumn(column).data(Qt.ItemDataRole.DisplayRole))
                    for column in range(_columns(view.model(), index.parent()))
                ]
                return {"rect": [corner.x(), corner.y(), rect.width(), rect.height()], "row": row}
        return None
    if kind == "curves":
        return _curves()
    if kind == "rows":
        view = next(iter(_widgets(question["view"])), None)
        if view is None:
            return []
        return [str(index.data(Qt.ItemDataRole.DisplayRole)) for index in _indexes(view)]
    raise ValueError(kind)


class _Asked:
    """A question on its way to the application's thread and back."""

    def __init__(self, question: dict[str, Any]) -> None:
        self.question = question
        self.answer: Any = None
        self.done = threading.Event()


_questions: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
_watching = threading.Event()


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            asked = _Asked(json.loads(line))
            if _watching.is_set():
                _questions.put(asked)
                asked.done.wait(5)
            late = _watching.is_set() and not asked.done.is_set()
            self.wfile.write(json.dumps({"late": late, "answer": asked.answer}).encode() + b"\n")
            self.wfile.flush()


def _watch_the_application() -> None:
    """Have the application's own thread answer, from the moment it is made; no other thread touches Qt."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    made = QApplication.__init__

    def make(self: QApplication, *arguments: Any) -> None:
        made(self, *arguments)
        timer = QTimer(self)
        timer.timeout.connect(_answer_all)
        timer.start(5)
        _watching.set()

    QApplication.__init__ = make  # type: ignore[method-assign, assignment]


def _answer_all() -> None:
    while not _questions.empty():
        asked = _questions.get()
        try:
            asked.answer = _answer(asked.question)
        except (RuntimeError, AttributeError, ValueError, TypeError) as error:  # a widget may be gone meanwhile
            asked.answer = {"error": repr(error)}
        asked.done.set()


def main() -> int:
    """Serve questions and run the application."""
    _watch_the_application()
    port_file = Path(sys.argv[1])
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    half = port_file.with_suffix(".half")
    half.write_text(str(server.server_address[1]))
    os.replace(half, port_file)

    from pyrolab_gui import cli

    return cli.run(sys.argv[2:])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
