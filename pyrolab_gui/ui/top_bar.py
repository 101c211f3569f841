"""The bar at the top: the lab's name, the way into the command palette, the sum of health, the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from pyrolab_gui.ui.state_button import StateButton
from pyrolab_gui.ui.theme import STATE_WORDS, font, paint_icon, rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.chip import Chip
from pyrolab_gui.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 44
OTHERS = "others"
"""Stands for a state where what is not of the lab is counted."""
_SIDE_WIDTH = 240
_ALARM_WIDTH = 460


class TopBar(Panel):
    """What stands above the tabs."""

    paletteRequested = Signal()
    safeStateRequested = Signal()
    alarmActivated = Signal()
    healthActivated = Signal(str)
    """The state that was clicked in the sum of health."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("window", parent)
        self.setFixedHeight(HEIGHT)
        self._name = _LabName()
        self._name.setObjectName("lab-name")
        self._search = _SearchButton("Search instruments, or run a command", "Ctrl K")
        self._search.setObjectName("command-palette-button")
        self._search.clicked.connect(self.paletteRequested)
        self._health = QHBoxLayout()
        self._health.setContentsMargins(0, 0, 0, 0)
        self._health.setSpacing(2)
        self._healths: dict[str, StateButton] = {}
        self._alarm = StateButton(28, 13)
        self._alarm.setObjectName("alarm-button")
        self._alarm.setMaximumWidth(_ALARM_WIDTH)
        self._alarm.clicked.connect(self.alarmActivated)
        self._alarm.hide()
        self._safe = button(
            "Safe state", "shield-warning", "danger", "Bring instruments into their safe state; it asks"
        )
        self._safe.setObjectName("safe-state-button")
        self._safe.clicked.connect(self.safeStateRequested)
        self._safe.hide()
        self._read_only = Chip("Read only", "text", icon="eye")
        self._read_only.setToolTip("This window looks and plots; it sets, calls, starts and stops nothing.")
        self._read_only.hide()
        self._menu = button("", "list", "ghost", "Menu")
        self._menu.setObjectName("menu-button")
        right = QWidget()
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addStretch(1)
        row.addWidget(self._read_only)
        row.addWidget(self._alarm)
        row.addLayout(self._health)
        row.addWidget(self._safe)
        row.addWidget(self._menu)
        right.setMinimumWidth(_SIDE_WIDTH)
        self._name.setMinimumWidth(_SIDE_WIDTH)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(12, 0, 8, 0)
        outer.setSpacing(S)
        outer.addWidget(self._name)
        outer.addWidget(self._search, 1)  # it gives way first: a state that is cut off says nothing
        outer.addWidget(right)

    def set_read_only(self, read_only: bool) -> None:
        """Say that this window only looks."""
        self._read_only.setVisible(read_only)

    def offer_safe_state(self, offered: bool) -> None:
        """Offer the safe state: there are instruments, and this window acts."""
        self._safe.setVisible(offered)

    def set_menu(self, menu: QMenu) -> None:
        """Give the menu button its menu."""
        self._menu.clicked.connect(lambda: menu.popup(self._menu.mapToGlobal(self._below(menu))))

    def _below(self, menu: QMenu) -> QPoint:
        return QPoint(self._menu.width() - menu.sizeHint().width(), self._menu.height() + 2)

    def set_lab(self, name: str, path: str = "") -> None:
        """Show the lab's name, with the path of its file as a tool tip."""
        self._name.set_lab(name, path)

    def set_edited(self, edited: bool) -> None:
        """Show or hide the pencil that says that edits are not saved."""
        self._name.set_edited(edited)

    def set_alarm(self, state: str, strong: str = "", text: str = "", tip: str = "") -> None:
        """Show the alarm that calls loudest, with what is to be known of it; nothing where `strong` is empty."""
        self._alarm.set_content(state, strong, text)
        self._alarm.setToolTip(tip)
        self._alarm.setVisible(bool(strong))

    def set_health(self, counts: Sequence[tuple[str, int]], expected: int = 0, others: int = 0) -> None:
        """Show how many instruments are in which state, in this order; a count of 0 is left out.

        Parameters
        ----------
        counts
            State and number.
        expected
            How many there should be: shown beside the live ones where some are missing.
        others
            How many there are that are not expected.
        """
        shown = {str(state): count for state, count in counts if count}
        if others:
            shown[OTHERS] = others
        for state in [state for state in self._healths if state not in shown]:
            gone = self._healths.pop(state)
            self._health.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, (state, count) in enumerate(shown.items()):
            item = self._healths.get(state)
            if item is None:
                item = StateButton(28, 13)
                item.setObjectName(f"health-{state.replace(' ', '-')}")
                item.clicked.connect(lambda _=False, s=state: self.healthActivated.emit(s))
                self._healths[state] = item
            self._health.insertWidget(place, item)
            if state == OTHERS:
                item.set_content("unknown", str(count), "other" if count == 1 else "others")
                item.setToolTip("Instruments that the nameserver lists, but the lab file does not")
                continue
            word = STATE_WORDS.get(state, state)
            some = state == "live" and expected > count
            item.set_content(state, f"{count} of {expected}" if some else str(count), word)
            item.setToolTip(f"Show the instruments that are {word}")

    def palette_point(self) -> QPoint:
        """Return the middle of the upper edge of the search field, on the screen."""
        return self._search.mapToGlobal(QPoint(self._search.width() // 2, 0))


class _LabName(QWidget):
    """Flask, name, and a pencil while edits are not saved."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._edited = False
        self._path = ""
        self.set_lab("No lab")

    def set_lab(self, name: str, path: str = "") -> None:
        self._text, self._path = name, path
        self._tell()

    def set_edited(self, edited: bool) -> None:
        self._edited = edited
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(56 + int(QFontMetricsF(font(14, 600)).horizontalAdvance(self._text)), 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        height = self.height()
        with QPainter(self) as painter:
            paint_icon(painter, QRect(0, (height - 18) // 2, 18, 18), "flask", tokens, "accent")
            painter.setFont(font(14, 600))
            painter.setPen(tokens.color("text"))
            room = self.width() - 26 - (24 if self._edited else 0)
            text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, max(0, room))
            painter.drawText(QRect(26, 0, max(0, room), height), Qt.AlignmentFlag.AlignVCenter, text)
            if self._edited:
                x = 26 + painter.fontMetrics().horizontalAdvance(text) + 8
                at = QRect(x, (height - 15) // 2, 15, 15)
                paint_icon(painter, at, "pencil-simple", tokens, "accent")

    def _tell(self) -> None:
        edited = "Edits are not saved" if self._edited else ""
        self.setToolTip("\n".join(line for line in (self._path, edited) if line))
        self.setAccessibleName(f"{self._text}, edits are not saved" if self._edited else self._text)
        self.update()


class _SearchButton(QAbstractButton):
    """Looks like a search field; a click opens the palette, where one types."""

    def __init__(self, text: str, key: str) -> None:
        super().__init__()
        self._key = key
        self.setText(text)
        self.setAccessibleName("Search or run a command")
        self.setToolTip(f"{text} ({key.replace(' ', '+')})")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(180)
        self.setMaximumWidth(380)

    def sizeHint(self) -> QSize:
        return QSize(380, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        area = self.rect()
        hot, focus = self.underMouse(), self.hasFocus()
        with QPainter(self) as painter:
            border = "accent" if focus else "field_hover" if hot else "field"
            rounded(painter, area, tokens.color("base"), tokens.color(border), width=2.0 if focus else 1.0)
            paint_icon(painter, QRect(8, (area.height() - 16) // 2, 16, 16), "magnifying-glass", tokens, "secondary")
            painter.setFont(font(11, 500))
            width = painter.fontMetrics().horizontalAdvance(self._key) + 11
            key = QRect(area.right() - width - 6, 6, width, area.height() - 12)
            rounded(painter, key, tokens.color("window"), tokens.color("hairline"), radius=3)
            painter.setPen(tokens.color("secondary"))
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, self._key)
            painter.setFont(font(13))
            room = max(0, key.left() - 29 - 8)
            text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(29, 0, room, area.height()), Qt.AlignmentFlag.AlignVCenter, text)
