"""Readings that are dragged from where they stand onto a plot.

`make_draggable` lets a widget be the beginning of such a drag; a plot asks `reading_in` what was dropped. Limits:
within one window; what is dragged is a name, never a value.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QWidget

from pyrolab_gui.viewmodels.plots_vm import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent

MIME = "application/x-pyrolab-reading"


def mime_of(reading: Reading) -> QMimeData:
    """Return a reading as what is dragged; as text it is its name."""
    data = QMimeData()
    plain = {"instrument": reading.instrument, "member": reading.member, "unit": reading.unit}
    data.setData(MIME, QByteArray(json.dumps(plain).encode()))
    data.setText(reading.label)
    return data


def reading_in(data: QMimeData) -> Reading | None:
    """Return the reading that is dragged, or None."""
    if not data.hasFormat(MIME):
        return None
    try:
        plain = json.loads(bytes(data.data(MIME).data()))
        return Reading(str(plain["instrument"]), str(plain["member"]), str(plain.get("unit", "")))
    except (ValueError, KeyError, TypeError):
        return None


def make_draggable(widget: QWidget, reading: Callable[[], Reading | None]) -> None:
    """Let a widget be dragged by what in it takes no mouse itself; `reading` says what that is, None for nothing."""
    widget.installEventFilter(_Source(widget, reading))


class _Source(QObject):
    def __init__(self, widget: QWidget, reading: Callable[[], Reading | None]) -> None:
        super().__init__(widget)
        self._widget, self._reading = widget, reading
        self._pressed: QPoint | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            mouse: QMouseEvent = event  # type: ignore[assignment]
            self._pressed = mouse.position().toPoint() if mouse.button() == Qt.MouseButton.LeftButton else None
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._pressed = None
        elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            mouse = event  # type: ignore[assignment]
            away = (mouse.position().toPoint() - self._pressed).manhattanLength()
            if away >= QApplication.startDragDistance():
                self._pressed = None
                self._drag()
                return True
        return False

    def _drag(self) -> None:
        reading = self._reading()
        if reading is not None:
            drag = QDrag(self._widget)
            drag.setMimeData(mime_of(reading))
            drag.setPixmap(self._widget.grab())
            drag.setHotSpot(QPoint(12, 12))
            drag.exec(Qt.DropAction.CopyAction)
