"""What can be done with one reading of a plot: show or hide it, its period, its limits, take it off."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.plot_button import period_text
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.number_text import parse_number
from pyrolab_gui.viewmodels.plot_channel import PERIODS, Threshold

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel

_KINDS = (
    ("alarm above", "above", "alarm"),
    ("alarm below", "below", "alarm"),
    ("warning above", "above", "warning"),
    ("warning below", "below", "warning"),
)


def channel_menu(parent: QWidget, plot: PlotViewModel, channel: Channel) -> QMenu:
    """Return the menu of a channel."""
    menu = QMenu(parent)
    menu.addAction(
        "Hide the curve" if channel.shown else "Show the curve", lambda: plot.set_shown(channel, not channel.shown)
    )
    periods = menu.addMenu("Read")
    group = QActionGroup(periods)
    for period in PERIODS:
        action = QAction(f"every {period_text(period)}", periods, checkable=True)
        action.setChecked(period == channel.period)
        action.triggered.connect(lambda _on=False, period=period: plot.set_period(channel, period))
        group.addAction(action)
        periods.addAction(action)
    menu.addAction("Draw a limit…", lambda: LimitDialog(plot, channel, parent).open())
    for limit, drawn in zip(channel.thresholds, channel.limits(), strict=True):
        left = [other for other in channel.thresholds if other != limit]
        menu.addAction(f"Do not draw {drawn.text(channel.unit)}", partial(plot.set_thresholds, channel, left))
    menu.addSeparator()
    menu.addAction("Take off the plot", lambda: plot.remove(channel))
    return menu


class LimitDialog(QDialog):
    """Asks for a limit to draw; it rings nowhere, which it says."""

    def __init__(self, plot: PlotViewModel, channel: Channel, parent: QWidget) -> None:
        super().__init__(parent)
        self._plot, self._channel = plot, channel
        self.setWindowTitle(f"Limit of {channel.label}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.kind = Combo([words for words, _, _ in _KINDS])
        self.kind.setAccessibleName("Kind of limit")
        self.value = Field(unit=channel.unit, placeholder="value", width=148)
        self.value.setAccessibleName("Value of the limit")
        self.value.textChanged.connect(self._on_text_changed)
        self.error = TextLabel("", 12, 400, "error", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self.kind)
        row.addWidget(self.value)
        row.addStretch(1)
        draw, cancel = button("Draw it", kind="primary"), button("Cancel")
        draw.setDefault(True)
        draw.clicked.connect(self._on_draw_clicked)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(draw)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.error)
        column.addWidget(TextLabel("It is drawn in this window only; nobody is told.", 12, 400, "secondary"))
        column.addLayout(foot)

    def _on_text_changed(self) -> None:
        self.error.setText("")

    def _on_draw_clicked(self) -> None:
        try:
            value = float(parse_number(self.value.text(), self._channel.unit))
        except ValueError as error:
            self.error.setText(str(error))
            return
        _, side, kind = _KINDS[self.kind.currentIndex()]
        way = self._channel.conversion
        limit = Threshold(side, value if way is None else way.back(value), kind)  # type: ignore[arg-type]
        self._plot.set_thresholds(self._channel, [*self._channel.thresholds, limit])
        self.accept()
