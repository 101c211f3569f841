"""The row of tabs below the top bar: icon, word, and a badge when something in a tab wants attention."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from pyrolab_gui.ui.theme import STATE_WORDS, font, paint_icon, paint_state, rounded, state_color, tokens_of
from pyrolab_gui.ui.widgets.panel import Panel

HEIGHT = 36
DRAGGED = "application/x-pyrolab-"
"""How the kinds begin of what is dragged from one page to another."""


class TabBar(Panel):
    """Tabs by key."""

    currentChanged = Signal(str)
    """The key of the tab that became current."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("window", parent)
        self.setFixedHeight(HEIGHT)
        self._tabs: dict[str, _Tab] = {}
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._on_group_toggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 0, 12, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)

    def add(self, key: str, title: str, icon: str) -> None:
        """Add a tab at the right; the first becomes current."""
        tab = _Tab(key, title, icon)
        tab.setObjectName(f"tab-{key}")
        self._tabs[key] = tab
        self._group.addButton(tab)
        self._row.insertWidget(len(self._tabs) - 1, tab)
        if len(self._tabs) == 1:
            tab.setChecked(True)

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the tabs from left to right."""
        return tuple(self._tabs)

    def title(self, key: str) -> str:
        """Return the word on a tab."""
        return self._tabs[key].text()

    def current(self) -> str:
        """Return the key of the current tab, or an empty string."""
        return next((key for key, tab in self._tabs.items() if tab.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Make a tab current; an unknown key changes nothing."""
        tab = self._tabs.get(key)
        if tab is not None:
            tab.setChecked(True)

    def set_badge(self, key: str, state: str, count: int) -> None:
        """Show how many things in a tab are in that state; 0 takes the badge away."""
        self._tabs[key].set_badge(state, count)

    def badge(self, key: str) -> tuple[str, int]:
        """Return state and count of a tab's badge."""
        return self._tabs[key].badge

    def _on_group_toggled(self, tab: QAbstractButton, on: bool) -> None:
        if on and isinstance(tab, _Tab):
            self.currentChanged.emit(tab.key)


class _Tab(QAbstractButton):
    def __init__(self, key: str, title: str, icon: str) -> None:
        super().__init__()
        self.key = key
        self.badge = ("", 0)
        self._icon = icon
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(name.startswith(DRAGGED) for name in event.mimeData().formats()):
            self.setChecked(True)  # so that what is dragged can be dropped on that page

    def set_badge(self, state: str, count: int) -> None:
        if self.badge == (state, count):
            return
        self.badge = (state, count)
        word = f"{count} {STATE_WORDS.get(state, state)}" if count else ""
        self.setAccessibleName(f"{self.text()}, {word}" if word else self.text())
        self.setToolTip(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = 24 + 22 + int(QFontMetricsF(font(13, 600)).horizontalAdvance(self.text())) + 2
        if self.badge[1]:
            width += 19 + int(QFontMetricsF(font(11, 600)).horizontalAdvance(str(self.badge[1]))) + 2
        return QSize(width, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        current, height = self.isChecked(), self.height()
        middle = Qt.AlignmentFlag.AlignVCenter
        with QPainter(self) as painter:
            if self.underMouse() and not current:
                rounded(painter, QRectF(4, 4, self.width() - 8, height - 8), tokens.color("button_down"))
            at = QRect(12, (height - 16) // 2, 16, 16)
            paint_icon(painter, at, self._icon, tokens, "accent" if current else "secondary")
            painter.setFont(font(13, 600 if current else 400))
            painter.setPen(tokens.color("text" if current else "secondary"))
            painter.drawText(QRectF(34, 0, self.width() - 34, height), middle, self.text())
            state, count = self.badge
            if count:
                x = 34 + QFontMetricsF(font(13, 600)).horizontalAdvance(self.text()) + 8
                paint_state(painter, x + 4, height / 2, state, tokens, 8)
                painter.setFont(font(11, 600))
                painter.setPen(state_color(state, tokens))
                painter.drawText(QRectF(x + 12, 0, 40, height), middle, str(count))
            if current:
                painter.fillRect(QRectF(8, height - 2, self.width() - 16, 2), tokens.color("accent"))
            if self.hasFocus():
                ring = QRectF(3, 3, self.width() - 6, height - 7)
                rounded(painter, ring, None, tokens.color("accent"), width=2)
