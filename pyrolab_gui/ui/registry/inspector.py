"""What is known of the selected entry: verdict and remedy, address, members.

Limits: shows rows and descriptions that it is given; asks for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.registry.members import line_of
from pyrolab_gui.ui.theme import pixmap
from pyrolab_gui.ui.theme.tokens import XS, L, M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.wire.health import Health

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent

    from pyrolab_gui.ui.registry.members import MemberLine
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow
    from pyrolab_gui.wire.description import ServiceDescription

WIDTH = 338
_MOST_MEMBERS = 60
_LONG = ("URI", "Metadata")
_QUIET = (Health.LIVE, Health.UNKNOWN, Health.CONNECTING)


class Inspector(Panel):
    """The panel at the right of the table."""

    consoleRequested = Signal(str)
    remedyRequested = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alternate", parent)
        self.setMinimumWidth(WIDTH)
        self._name = ""
        self._uri = ""
        self._title = TextLabel("", 16, 600, selectable=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        close = button("", "x", "ghost", "Close inspector")
        close.clicked.connect(self.closed)
        self._state = StateLabel()
        self._banner = Banner("live", "")
        self._remedy = button("Connect again", "arrow-clockwise", "plain")
        self._remedy.setObjectName("registry-remedy")
        self._remedy.clicked.connect(lambda: self.remedyRequested.emit(self._name))
        self._banner.set_buttons([self._remedy])
        self._open = button("Open console", "sliders-horizontal", "primary")
        self._open.setObjectName("registry-open-console")
        self._open.clicked.connect(lambda: self.consoleRequested.emit(self._name))
        copy = button("", "copy", "ghost", "Copy the URI")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._uri))
        self._address = _Pairs(("Object", "Host", "URI", "Metadata", "Instrument", "Last seen"))
        self._members_head = SectionHead("Members")
        self._members_text = TextLabel("", 12, 400, "secondary", wrap=True)
        self._members = QVBoxLayout()
        self._members.setSpacing(0)

        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, 12, L, M)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._state)
        column.addSpacing(M)
        column.addWidget(self._banner)
        column.addSpacing(S)
        column.addWidget(self._open)
        column.addSpacing(M)
        column.addWidget(SectionHead("Address", copy))
        column.addWidget(self._address)
        column.addSpacing(M)
        column.addWidget(self._members_head)
        column.addWidget(self._members_text)
        column.addLayout(self._members)
        column.addStretch(1)

    @property
    def name(self) -> str:
        """The name of the entry that is shown."""
        return self._name

    def show_row(self, row: RegistryRow, remedy: str) -> None:
        """Show an entry; what is known of its members stays while it is the same entry."""
        if row.name != self._name:
            self.show_members(None, "")
        self._name, self._uri = row.name, row.uri
        self._title.setText(row.name)
        self._title.setToolTip(row.name)
        extra = row.delay if row.seen == "now" else (f"last seen {row.seen}" if row.seen else "")
        self._state.set_state(row.health, extra=extra)
        quiet = row.health in _QUIET
        self._banner.setVisible(not quiet)
        if not quiet:
            self._banner.set_content(row.health, row.verdict.sentence)
            self._remedy.setVisible(bool(remedy))
            self._remedy.setText(remedy or self._remedy.text())
            self._remedy.setAccessibleName(self._remedy.text())
        self._address.show_values(
            {
                "Object": row.object_id,
                "Host": f"{row.host} : {row.port}" if row.port else row.host,
                "URI": row.uri,
                "Metadata": "\n".join(row.metadata),
                "Instrument": row.connection,
                "Last seen": row.seen,
            }
        )

    def show_members(self, description: ServiceDescription | None, note: str) -> None:
        """Show what the entry can do, or a note why that is not known."""
        while (item := self._members.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        members = description.members if description is not None else ()
        self._members_head.set_count(len(members) if description is not None else None)
        text = note
        if description is not None and not note:
            words = [description.class_name, description.instance_mode if description.described else ""]
            text = " · ".join(word for word in words if word)
            summary = description.doc.strip().split("\n\n", 1)[0].replace("\n", " ")
            text = f"{text}\n{summary}" if summary else text
        self._members_text.setText(text)
        self._members_text.setVisible(bool(text))
        for member in members[:_MOST_MEMBERS]:
            self._members.addWidget(_MemberRow(line_of(member)))
        if len(members) > _MOST_MEMBERS:
            self._members.addWidget(
                TextLabel(f"and {len(members) - _MOST_MEMBERS} more, in the console", 12, 400, "secondary")
            )


class _Pairs(QWidget):
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
            value = _Elided("", 13) if key in _LONG else TextLabel("", 13, wrap=True, selectable=True)
            value.setAccessibleName(key)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
            self._values[key] = (label, value)

    def show_values(self, values: dict[str, str]) -> None:
        for key, (label, value) in self._values.items():
            text = values.get(key, "")
            value.setText(text)
            label.setVisible(bool(text))
            value.setVisible(bool(text))


class _MemberRow(QWidget):
    def __init__(self, line: MemberLine) -> None:
        super().__init__()
        self._icon_name = line.icon
        self._icon = QLabel()
        self._icon.setFixedSize(14, 14)
        self._paint_icon()
        name = TextLabel(line.name, 13, 500)
        signature = _Elided(line.signature, 12, 400, "secondary", mode=Qt.TextElideMode.ElideRight)
        signature.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(S)
        row.addWidget(self._icon)
        row.addWidget(name)
        row.addWidget(signature, 1)
        row.addWidget(TextLabel(line.unit, 12, 400, "secondary"))
        self.setAccessibleName(line.spoken)
        self.setToolTip(line.doc or line.signature)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange:
            self._paint_icon()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 24)

    def _paint_icon(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, 14, self.devicePixelRatioF()))


class _Elided(TextLabel):
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
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.setFont(self.font())
            metrics = painter.fontMetrics()
            lines = [metrics.elidedText(line, self._mode, self.width()) for line in self.text().split("\n")]
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, "\n".join(lines))
