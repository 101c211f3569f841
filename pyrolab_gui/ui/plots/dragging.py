"""Readings and results that are dragged from where they stand onto a plot.

`make_draggable` lets a widget be the beginning of such a drag; a plot asks `reading_in` or `result_in` what was
dropped. A reading travels as its name; a result stays where it is and is asked for then. Limits: within one window.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QWidget

from pyrolab_gui.viewmodels.plot_channel import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QDropEvent, QMouseEvent

    from pyrolab_gui.viewmodels.repeated_call import Call
    from pyrolab_gui.wire.description import TypeDescription

READING = "application/x-pyrolab-reading"
RESULT = "application/x-pyrolab-result"


@dataclass(frozen=True, slots=True, eq=False)
class DraggedResult:
    """A result, where it comes from, and what its description says of it."""

    label: str
    value: Any
    returns: TypeDescription | None = None
    call: Call | None = None
    """What brought it, where that may be repeated."""


def mime_of(dragged: Reading | DraggedResult) -> QMimeData:
    """Return what is dragged; as text it is its name."""
    data = QMimeData()
    data.setText(dragged.label)
    if isinstance(dragged, Reading):
        data.setData(READING, QByteArray(json.dumps(asdict(dragged)).encode()))
    else:
        data.setData(RESULT, QByteArray(b"1"))
    return data


def is_for_plots(data: QMimeData) -> bool:
    """Whether what is dragged can be plotted."""
    return data.hasFormat(READING) or data.hasFormat(RESULT)


def reading_in(data: QMimeData) -> Reading | None:
    """Return the reading that is dragged, or None."""
    if not data.hasFormat(READING):
        return None
    try:
        plain = json.loads(bytes(data.data(READING).data()))
        units = (str(plain.get(key, "")) for key in ("unit", "shown_unit"))
        return Reading(str(plain["instrument"]), str(plain["member"]), *units)
    except (ValueError, KeyError, TypeError):
        return None


def result_in(event: QDropEvent) -> DraggedResult | None:
    """Return the result that is dropped, or None."""
    source = event.source()
    found = source.findChild(_Source) if event.mimeData().hasFormat(RESULT) and source is not None else None
    dragged = found.dragged() if isinstance(found, _Source) else None
    return dragged if isinstance(dragged, DraggedResult) else None


def make_draggable(widget: QWidget, dragged: Callable[[], Reading | DraggedResult | None]) -> None:
    """Let a widget be dragged, where nothing in it takes the mouse; `dragged` says what that is, None for nothing."""
    widget.installEventFilter(_Source(widget, dragged))


class _Source(QObject):
    def __init__(self, widget: QWidget, dragged: Callable[[], Reading | DraggedResult | None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self.dragged = dragged
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
        dragged = self.dragged()
        if dragged is not None:
            drag = QDrag(self._widget)
            drag.setMimeData(mime_of(dragged))
            drag.setPixmap(self._widget.grab())
            drag.setHotSpot(QPoint(12, 12))
            drag.exec(Qt.DropAction.CopyAction)
