"""Notices at the bottom right: one sentence each, details behind a button, at most three at once.

Errors and warnings stay until they are dismissed; news go after some seconds, but not under the mouse. What comes when
three stand that stay waits its turn. The same sentence again counts up instead of adding a notice; a notice about the
same thing takes the place of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import paint_state, rounded, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import L, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.text_label import TextLabel

MOST = 3
SECONDS = 6.0
_WIDTH = 486


@dataclass(frozen=True, slots=True)
class ToastMessage:
    """What a toast says; a later one `about` the same thing takes the place of the earlier."""

    sentence: str
    detail: str
    kind: str
    about: str = ""

    @property
    def passing(self) -> bool:
        """Whether it goes by itself."""
        return self.kind not in ("error", "warning")


class ToastArea(QWidget):
    """The place of the notices in a window; it lies over the bottom right of its parent.

    Parameters
    ----------
    parent
        What it lies over.
    bottom
        Room to leave below.
    """

    def __init__(self, parent: QWidget, bottom: int = 0) -> None:
        super().__init__(parent)
        self.setObjectName("toasts")
        self._ground = parent
        self._bottom = bottom
        self._waiting: list[ToastMessage] = []
        self._toasts: list[Toast] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        parent.installEventFilter(self)
        self.hide()

    def toasts(self) -> tuple[Toast, ...]:
        """Return what is shown, the oldest first."""
        return tuple(self._toasts)

    @property
    def waiting(self) -> int:
        """How many notices wait for a place."""
        return len(self._waiting)

    def notify(self, sentence: str, detail: str = "", kind: str = "info", about: str = "") -> None:
        """Show a notice; `kind` is ``error``, ``warning`` or ``info``; `about` names what it is about, if anything."""
        message = ToastMessage(sentence, detail, kind, about)
        for toast in self._toasts:
            if toast.message.sentence == sentence and toast.message.kind == kind:
                toast.repeat(detail)
                return
        if about:
            self._waiting = [other for other in self._waiting if other.about != about]
            for toast in [toast for toast in self._toasts if toast.message.about == about]:
                self._remove(toast)
        if len(self._toasts) >= MOST:
            passing = next((toast for toast in self._toasts if toast.message.passing), None)
            if passing is None:
                if message not in self._waiting:
                    self._waiting.append(message)
                return
            self._remove(passing)
        self._add(message)

    def clear(self) -> None:
        """Take all notices away."""
        self._waiting.clear()
        for toast in tuple(self._toasts):
            self._remove(toast)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if watched is self._ground and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _add(self, message: ToastMessage) -> None:
        toast = Toast(message)
        toast.dismissed = lambda: self._on_toast_dismissed(toast)
        self._toasts.append(toast)
        self._column.addWidget(toast)
        toast.show()
        self._place()

    def _on_toast_dismissed(self, toast: Toast) -> None:
        self._remove(toast)
        if self._waiting:
            self._add(self._waiting.pop(0))

    def _remove(self, toast: Toast) -> None:
        if toast not in self._toasts:
            return
        self._toasts.remove(toast)
        toast.stop()
        toast.hide()
        self._column.removeWidget(toast)
        toast.deleteLater()
        self._place()

    def _place(self) -> None:
        if not self._toasts:
            self.hide()
            return
        parent = self._ground
        width = min(_WIDTH, parent.width() - 2 * L)
        self.setFixedWidth(max(1, width))
        self._column.activate()
        height = (
            self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else self.sizeHint().height()
        )
        self.resize(width, height)
        self.move(parent.width() - width - L, parent.height() - self._bottom - height - L)
        self.show()
        self.raise_()


class Toast(QWidget):
    """One notice."""

    def __init__(self, message: ToastMessage) -> None:
        super().__init__()
        self.message = message
        self._detail = message.detail
        self._count = 1
        self.dismissed = _nothing
        self.setObjectName("toast")
        self.setAccessibleName(message.sentence)
        self._text = TextLabel(message.sentence, 13, 500, wrap=True)
        self._text.setObjectName("toast-text")
        self._details = button("Details", kind="ghost")
        self._details.setObjectName("toast-details")
        self._details.clicked.connect(self._on_details_clicked)
        close = button("", "x", "ghost", "Dismiss")
        close.setObjectName("toast-dismiss")
        close.clicked.connect(self._on_close_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 7, 8, 7)
        row.setSpacing(S)
        row.addWidget(self._text, 1)
        row.addWidget(self._details)
        row.addWidget(close)
        self._details.setVisible(bool(message.detail))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_close_clicked)
        self._start()

    @property
    def sentence(self) -> str:
        """What is said."""
        return self.message.sentence

    @property
    def count(self) -> int:
        """How often the sentence came."""
        return self._count

    def repeat(self, detail: str) -> None:
        """Say the same once more."""
        self._count += 1
        self._detail = detail or self._detail
        self._details.setVisible(bool(self._detail))
        self._text.setText(f"{self.sentence} ({self._count} times)")
        self._start()

    def stop(self) -> None:
        """Do not go by itself any more."""
        self._timer.stop()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while somebody reads."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Count again."""
        self._start()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, bar and shape."""
        tokens = tokens_of(self)
        with QPainter(self) as painter:
            rounded(painter, self.rect(), tokens.color("base"), tokens.color("edge"))
            painter.fillRect(QRectF(1, 5, 3, self.height() - 10), state_color(self.message.kind, tokens))
            paint_state(painter, 20, self.height() / 2, self.message.kind, tokens, 9)

    def _start(self) -> None:
        if self.message.passing:
            self._timer.start(int(SECONDS * 1000))

    def _on_details_clicked(self) -> None:
        show_details(self.window(), self.sentence, self._detail)

    def _on_close_clicked(self) -> None:
        self.dismissed()


def _nothing() -> None:
    return
