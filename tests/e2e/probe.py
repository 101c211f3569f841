"""Runs the application with an eye on its widgets: answers where a widget is and what it shows, over a loopback socket.

``python tests/e2e/probe.py PORT_FILE [argument...]`` starts ``pyrolab-gui [argument...]`` unchanged. The test moves
the real mouse and the real keyboard of its virtual screen; the probe only tells it where to. It changes nothing.
"""

from __future__ import annotations

import json
import os
import socketserver
import sys
import threading
from pathlib import Path
from typing import Any


def _widgets(name: str) -> list[Any]:
    from PySide6.QtWidgets import QApplication

    found = [w for w in QApplication.allWidgets() if w.objectName() == name]
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


def _indexes(model: Any, parent: Any) -> Any:
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            yield model.index(row, column, parent)
        yield from _indexes(model, model.index(row, 0, parent))


def _answer(question: dict[str, Any]) -> Any:
    from PySide6.QtCore import QModelIndex, QPoint, Qt
    from PySide6.QtWidgets import QApplication, QLabel

    kind = question["ask"]
    if kind == "widget":
        widgets = _widgets(question["name"])
        return _describe(widgets[0]) if widgets else None
    if kind == "names":
        return sorted({w.objectName() for w in QApplication.allWidgets() if w.objectName() and w.isVisible()})
    if kind == "texts":
        root = _widgets(question["name"])
        return [label.text() for label in root[0].findChildren(QLabel) if label.isVisible()] if root else []
    if kind == "item":
        view = next(iter(_widgets(question["view"])), None)
        if view is None or not view.isVisible():
            return None
        for index in _indexes(view.model(), QModelIndex()):
            if str(index.data(Qt.ItemDataRole.DisplayRole)) == question["text"]:
                rect = view.visualRect(index)
                corner = view.viewport().mapToGlobal(QPoint(rect.x(), rect.y()))
                row = [
                    str(index.siblingAtColumn(column).data(Qt.ItemDataRole.DisplayRole))
                    for column in range(view.model().columnCount(index.parent()))
                ]
                return {"rect": [corner.x(), corner.y(), rect.width(), rect.height()], "row": row}
        return None
    if kind == "rows":
        view = next(iter(_widgets(question["view"])), None)
        if view is None:
            return []
        return [str(index.data(Qt.ItemDataRole.DisplayRole)) for index in _indexes(view.model(), QModelIndex())]
    raise ValueError(kind)


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        for line in self.rfile:
            question = json.loads(line)
            done = threading.Event()
            box: list[Any] = []

            def look(question: dict[str, Any] = question, box: list[Any] = box, done: threading.Event = done) -> None:
                try:
                    box.append(_answer(question))
                except (RuntimeError, AttributeError, ValueError) as error:  # a widget may be gone meanwhile
                    box.append({"error": repr(error)})
                done.set()

            application = QApplication.instance()
            if application is not None:
                QTimer.singleShot(0, application, look)
                done.wait(5)
            answer = {"late": not box, "answer": box[0] if box else None}
            self.wfile.write(json.dumps(answer).encode() + b"\n")
            self.wfile.flush()


def main() -> int:
    """Serve questions and run the application."""
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
