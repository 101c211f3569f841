"""The small parts of the registry's inspector: pairs of key and value, members that unfold, calls, text that is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.registry.members import line_of
from pyrolab_gui.ui.theme import pixmap, rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import XS, M, S
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.registry_rows import clock, moment
from pyrolab_gui.viewmodels.value_text import duration_text

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from pyrolab_gui.viewmodels.registry_inspection import CallLine
    from pyrolab_gui.wire.description import MemberDescription
    from pyrolab_gui.wire.registry_past import Change

_LONG = ("Object", "URI", "Metadata")
_SHOWN_EVENTS = 12


class Pairs(QWidget):
    """Keys and values; a key without a value is not shown."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(M)
        grid.setVerticalSpacing(XS)
        grid.setColumnMinimumWidth(0, 76)
        grid.setColumnStretch(1, 1)
        self._values: dict[str, tuple[TextLabel, TextLabel]] = {}
        for number, key in enumerate(keys):
            label = TextLabel(key, 12, 400, "secondary")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value = Elided("", 13) if key in _LONG else TextLabel("", 13, wrap=True, selectable=True)
            value.setAccessibleName(key)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
            self._values[key] = (label, value)

    def show_values(self, values: dict[str, str]) -> None:
        """Show other values."""
        for key, (label, value) in self._values.items():
            text = values.get(key, "")
            value.setText(text)
            label.setVisible(bool(text))
            value.setVisible(bool(text))


class MemberRow(QWidget):
    """One member: what it is at a glance, and unfolded what its documentation says."""

    def __init__(self, member: MemberDescription) -> None:
        super().__init__()
        line = line_of(member)
        self._icon_name = line.icon
        self._icon = QLabel()
        self._icon.setFixedSize(14, 14)
        self._paint_icon()
        self._more = line.more
        self._text: TextLabel | None = None
        signature = Elided(line.signature, 12, 400, "secondary", mode=Qt.TextElideMode.ElideRight)
        signature.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self._icon)
        row.addWidget(TextLabel(line.name, 13, 500))
        row.addWidget(signature, 1)
        row.addWidget(TextLabel(line.unit, 12, 400, "secondary"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 3, 0, 3)
        self._column.setSpacing(2)
        self._column.addLayout(row)
        self.setAccessibleName(line.spoken)
        self.setToolTip(line.doc or line.signature)
        if self._more:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def unfolded(self) -> str:
        """The documentation, while it is shown."""
        return self._text.text() if self._text is not None and self._text.isVisibleTo(self) else ""

    def toggle(self) -> None:
        """Show the documentation, or hide it."""
        if not self._more:
            return
        if self._text is None:
            self._text = TextLabel(self._more, 12, 400, "secondary", wrap=True, selectable=True)
            self._text.setContentsMargins(22, 0, 0, 4)
            self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._column.addWidget(self._text)
        else:
            self._text.setVisible(not self._text.isVisibleTo(self))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Unfold by a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Unfold by Space or Enter."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self) as painter:
                rounded(painter, self.rect(), None, tokens_of(self).color("accent"), radius=2, width=1.5)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange:
            self._paint_icon()

    def _paint_icon(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, 14, self.devicePixelRatioF()))


class CallTable(QWidget):
    """The last calls: when, who, what, how long or why not."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = _lines_of(self)
        self._calls: tuple[CallLine, ...] = ()

    def show_calls(self, calls: tuple[CallLine, ...]) -> None:
        """Show other calls."""
        if calls == self._calls:
            return
        self._calls = calls
        _clear(self._grid)
        for number, call in enumerate(calls):
            outcome = "running" if call.duration is None and not call.error else ""
            outcome = "failed" if call.error else outcome or duration_text(call.duration or 0.0)
            what = Elided(call.call, 12, 400, "error" if call.error else "text", mode=Qt.TextElideMode.ElideRight)
            what.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            what.setToolTip(f"{call.call}\n{call.error}".strip())
            who = Elided(call.who, 12, 400, "secondary", mode=Qt.TextElideMode.ElideRight)
            who.setFixedWidth(64)
            for column, label in enumerate(
                (
                    TextLabel(clock(call.time), 12, 400, "secondary"),
                    who,
                    what,
                    TextLabel(outcome, 12, 400, "error" if call.error else "secondary"),
                )
            ):
                self._grid.addWidget(label, number, column)


class TimeLine(QWidget):
    """When a name came, moved and went."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = _lines_of(self)
        self._events: tuple[Change, ...] = ()

    def show_events(self, events: tuple[Change, ...]) -> None:
        """Show other events, the newest first."""
        if events == self._events:
            return
        self._events = events
        _clear(self._grid)
        for number, event in enumerate(events[:_SHOWN_EVENTS]):
            where = Elided(event.uri.partition("@")[2], 12, 400, "secondary")
            where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._grid.addWidget(TextLabel(moment(event.time), 12, 400, "secondary"), number, 0)
            self._grid.addWidget(TextLabel(event.kind, 12, 500), number, 1)
            self._grid.addWidget(where, number, 2)


def _lines_of(widget: QWidget) -> QGridLayout:
    """Return the layout of a small table whose third column takes the free width."""
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(S)
    grid.setVerticalSpacing(XS)
    grid.setColumnStretch(2, 1)
    return grid


def _clear(grid: QGridLayout) -> None:
    while (item := grid.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class Elided(TextLabel):
    """Lines that are cut where they are too long; whole in the tool tip."""

    def __init__(
        self,
        text: str,
        size: int,
        weight: int = 400,
        role: str = "text",
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(text, size, weight, role)
        self._mode = mode

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much as there is room for."""
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.setFont(self.font())
            metrics = painter.fontMetrics()
            lines = [metrics.elidedText(line, self._mode, self.width()) for line in self.text().split("\n")]
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, "\n".join(lines))
