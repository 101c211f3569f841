"""The title line of a live plot, which is its legend: each channel with colour, value, period and a way to remove it.

Limits: shows a channel as its view model knows it; asks for changes by signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from pyrolab_gui.ui.console.link_button import LinkButton
from pyrolab_gui.ui.console.plot_button import period_text
from pyrolab_gui.ui.plots.flow_layout import FlowLayout
from pyrolab_gui.ui.theme import rounded, tokens_of
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.plot_channel import PERIODS, REASONS
from pyrolab_gui.viewmodels.value_text import age_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.viewmodels.plot_channel import Channel


class Swatch(QWidget):
    """The colour of a curve."""

    def __init__(self, channel: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._channel = channel
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of a short line."""
        return QSize(18, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        with QPainter(self) as painter:
            rounded(painter, QRectF(1, 6, 16, 4), tokens_of(self).channel(self._channel), radius=2)


class LegendEntry(QWidget):
    """One channel in the title line."""

    periodChosen = Signal(object, float)
    removeClicked = Signal(object)

    def __init__(self, channel: Channel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channel, self.shown_period = channel, channel.period
        self.axis_unit = channel.unit
        """A value in it is written without it."""
        self.name = TextLabel(channel.label, 12, 400, "secondary")
        self.value = TextLabel("", 12, 600)
        self.trouble = TextLabel("", 12, 500, "stale")
        self.trouble.setMaximumWidth(260)
        self.period = LinkButton(period_text(channel.period), "How often it is read", color="secondary")
        self.period.setAccessibleName(f"Period of {channel.label}")
        self.period.clicked.connect(self._on_period_clicked)
        self.remove = button("", "x", "ghost", f"Take {channel.label} off the plot")
        self.remove.setFixedSize(24, 24)
        self.remove.clicked.connect(lambda: self.removeClicked.emit(channel))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for widget in (Swatch(channel.color), self.name, self.value, self.trouble, self.period, self.remove):
            row.addWidget(widget)
        self.setFixedHeight(24)
        self.show_value()

    def show_value(self) -> None:
        """Show the newest value, and its age where it is old."""
        channel = self.channel
        stale = channel.is_stale()
        text, unit = channel.quantity()
        self._say(text if unit == self.axis_unit else f"{text} {unit}")
        self.value.set_role("stale" if stale else "text")
        age = channel.age()
        reason = REASONS.get(channel.trouble, channel.trouble)
        if not stale:
            words = ""
        elif age is None:
            words = reason or "no value yet"
        else:
            words = f"{age_text(age)} old" + (f", {reason}" if reason else "")
        if words != self.trouble.text():
            self.trouble.setText(words)
            self.trouble.setToolTip(reason)
        self.trouble.setVisible(stale)

    def _say(self, text: str) -> None:
        """Show a value; its place only grows, so that what stands beside it keeps still."""
        if text != self.value.text():
            self.value.setText(text)
            wanted = self.value.sizeHint()
            if wanted.width() > self.value.width() or not self.value.maximumWidth() == self.value.minimumWidth():
                self.value.setFixedSize(wanted.width(), 24)

    def _on_period_clicked(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.period.mapToGlobal(QPoint(0, self.period.height())))

    def menu(self) -> QMenu:
        """Return the menu of periods."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for period in PERIODS:
            action = QAction(f"every {period_text(period)}", menu, checkable=True)
            action.setChecked(period == self.channel.period)
            action.triggered.connect(lambda _on=False, chosen=period: self.periodChosen.emit(self.channel, chosen))
            group.addAction(action)
            menu.addAction(action)
        return menu


class Legend(QWidget):
    """The title line: unit, then the channels."""

    periodChosen = Signal(object, float)
    removeClicked = Signal(object)
    logChosen = Signal(str, bool)
    """A unit, and whether its values are to be shown on a logarithmic scale."""

    def __init__(self, unit: str, channels: Sequence[Channel], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(16, 0, 8, 0)
        self._unit, self._log = unit, False
        self._title = TextLabel(unit or "no unit", 13, 600)
        self._title.setFixedHeight(24)
        self._flow.addWidget(self._title)
        self.entries: list[LegendEntry] = []
        self.set_channels(channels)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_channels(self, channels: Sequence[Channel]) -> None:
        """Show other channels; what is shown of those that stay is kept."""
        known = {(entry.channel, entry.shown_period): entry for entry in self.entries}
        entries = []
        for channel in channels:
            same = (channel, channel.period)
            entries.append(known.pop(same) if same in known else self._entry(channel))
        while self._flow.count() > 1:
            self._flow.takeAt(1)
        for entry in entries:
            self._flow.addWidget(entry)
        for old in known.values():
            old.hide()
            old.deleteLater()
        self.entries = entries
        self._arrange()

    def _entry(self, channel: Channel) -> LegendEntry:
        entry = LegendEntry(channel)
        entry.periodChosen.connect(self.periodChosen)
        entry.removeClicked.connect(self.removeClicked)
        return entry

    def set_title(self, unit: str, *, log: bool) -> None:
        """Say the unit of the axis."""
        text = unit or "no unit"
        for entry in self.entries:
            entry.axis_unit = unit
        if log:
            text += ", logarithmic"
        self._log = log
        if text != self._title.text():
            self._title.setText(text)
            self._arrange()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the scale of the axis."""
        menu = self.scale_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def scale_menu(self) -> QMenu:
        """Return the menu of the scale."""
        menu = QMenu(self)
        log = QAction("Logarithmic scale", menu, checkable=True)
        log.setChecked(self._log)
        log.triggered.connect(lambda on: self.logChosen.emit(self._unit, on))
        menu.addAction(log)
        return menu

    def show_values(self) -> None:
        """Show the newest values."""
        widths = [entry.sizeHint().width() for entry in self.entries]
        for entry in self.entries:
            entry.show_value()
        if widths != [entry.sizeHint().width() for entry in self.entries]:
            self._arrange()

    def _arrange(self) -> None:
        self.updateGeometry()
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
