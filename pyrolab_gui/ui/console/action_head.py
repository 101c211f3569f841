"""The head of an action: opens and closes its form, and says in one line what it does and whether it acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from pyrolab_gui.ui.theme import chevron, font, paint_icon, rounded, tokens_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ROLE_ICONS = {
    "read": ("eye", "secondary", "reads only"),
    "stop": ("stop-circle", "error", "stops"),
    "safe-state": ("shield-warning", "error", "safe state"),
}
ACT = ("lightning", "accent", "changes hardware")


class ActionHead(QAbstractButton):
    """A line that folds and unfolds a form; without a form it is only a title.

    Parameters
    ----------
    title, summary
        What it is called, and what it does in a few words.
    role
        Role of the member.
    foldable
        Whether there is a form.
    said_below
        Whether the open form says the summary itself, in full.
    """

    def __init__(
        self,
        title: str,
        summary: str,
        role: str,
        *,
        foldable: bool = True,
        said_below: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._summary = summary
        self._said_below = said_below
        self._foldable = foldable
        self._icon, self._color, meaning = ROLE_ICONS.get(role, ACT)
        self.setText(title)
        self.setCheckable(foldable)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{title}, {meaning}")
        self.setAccessibleDescription(summary)
        self.setToolTip(f"{title}: {meaning}" + (f"\n{summary}" if summary else ""))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if foldable else Qt.FocusPolicy.NoFocus)
        if foldable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Return room for the title."""
        return QSize(int(QFontMetricsF(font(13, 500)).horizontalAdvance(self.text())) + 60, 28)

    def minimumSizeHint(self) -> QSize:
        """Return little: the summary is cut first."""
        return QSize(min(self.sizeHint().width(), 200), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint chevron, icon, title and summary."""
        tokens = tokens_of(self)
        enabled = self.isEnabled()
        middle = self.height() // 2
        with QPainter(self) as painter:
            if self._foldable and self.underMouse() and enabled:
                rounded(painter, self.rect(), tokens.color("hover"))
            if self.hasFocus():
                rounded(painter, self.rect(), None, tokens.color("accent"), width=1.5)
            if self._foldable:
                color = tokens.color("secondary" if enabled else "disabled")
                chevron(painter, 8, middle, color, direction="down" if self.isChecked() else "right")
            paint_icon(painter, QRect(22, middle - 8, 16, 16), self._icon, tokens, self._color, enabled=enabled)
            face = font(13, 500)
            painter.setFont(face)
            painter.setPen(tokens.color("text" if enabled else "disabled"))
            room = self.width() - 44
            title = QFontMetricsF(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(44, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, title)
            used = 44 + int(QFontMetricsF(face).horizontalAdvance(title)) + 8
            face = font(12)
            painter.setFont(face)
            painter.setPen(tokens.color("secondary" if enabled else "disabled"))
            room = self.width() - used - 4
            if room > 30 and not (self._said_below and self.isChecked()):
                summary = QFontMetricsF(face).elidedText(self._summary, Qt.TextElideMode.ElideRight, room)
                painter.drawText(QRect(used, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, summary)
