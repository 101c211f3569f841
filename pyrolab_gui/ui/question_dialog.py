"""A question before something that cannot be taken back: what it hits, and a button for each answer.

The harmless answer has the focus and is the default; the others are never chosen by Enter. It opens and returns at
once, and the answer comes as a call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import Kind, button
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ASKING = "Asking who works with it…"
_WIDTH = 520


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer, by a button. `harmless`: it loses nothing, so it may have the focus and be the default."""

    key: str
    text: str
    kind: Kind = "plain"
    harmless: bool = False


CANCEL = Answer("cancel", "Cancel", "ghost", harmless=True)
NO = Answer("no", "Cancel", "ghost", harmless=True)


class QuestionDialog(QDialog):
    """Asks, and tells the key of the answer; Escape and the window's cross are the answer of `cancel`.

    Parameters
    ----------
    title, text
        What is asked, and what follows from the answers.
    answers
        The buttons from left to right, after the one of `cancel`.
    answered
        Called once, with the key of the answer and whether it is to be remembered.
    remember
        Text of the check box that offers to remember the answer; none if empty.
    cancel
        The way out. It has the focus unless one of the answers is harmless too.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        answers: Sequence[Answer],
        answered: Callable[[str, bool], object],
        remember: str = "",
        cancel: Answer = CANCEL,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("question-dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._answered: Callable[[str, bool], object] | None = answered
        self._cancel = cancel.key
        self._text = TextLabel(text, 13, wrap=True)
        self._text.setObjectName("question-text")
        self._remember = QCheckBox(remember)
        self._remember.setObjectName("question-remember")
        self._buttons: dict[Answer, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addStretch(1)
        for answer in (cancel, *answers):
            choice = self._buttons[answer] = button(answer.text, kind=answer.kind)
            choice.setObjectName(f"question-{answer.key}")
            choice.clicked.connect(lambda _=False, key=answer.key: self._answer(key))
            row.addWidget(choice)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addWidget(TextLabel(title, 16, 600, wrap=True))
        column.addWidget(self._text)
        column.addWidget(self._remember)
        column.addSpacing(S)
        column.addLayout(row)
        self._remember.setVisible(bool(remember))
        self.setFixedWidth(_WIDTH)
        harmless = [answer for answer in (*answers, cancel) if answer.harmless]
        first = self._buttons[harmless[0] if harmless else cancel]
        first.setDefault(True)
        first.setFocus()

    @property
    def text(self) -> str:
        """What follows from the answers."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Say more, as it becomes known."""
        self._text.setText(text)
        # A wrapped text grows downwards; what the layout knows of its height is of the text before.
        self._column.invalidate()
        self._column.activate()
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))

    def say_later(self, asked: Callable[[Callable[[str], object]], object], *, first: bool = False) -> None:
        """Take only harmless answers until `asked` has told what else follows, to stand after the text, or `first`."""
        text = self.text

        def with_text(more: str) -> str:
            return "\n\n".join((more, text) if first else (text, more)).strip()

        self.set_text(with_text(_ASKING))
        self.set_ready(False)

        def tell(more: str) -> None:
            if isValid(self):
                self.set_text(with_text(more))
                self.set_ready(True)

        asked(tell)

    def set_ready(self, ready: bool) -> None:
        """Let only harmless answers be given while what follows from the others is not known yet."""
        for answer, choice in self._buttons.items():
            choice.setEnabled(ready or answer.harmless)

    def done(self, result: int) -> None:
        """Answer as *Cancel* does if nothing else was answered."""
        self._tell(self._cancel)
        super().done(result)

    def _answer(self, key: str) -> None:
        self._tell(key)
        self.accept()

    def _tell(self, key: str) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            answered(key, self._remember.isChecked() and key != self._cancel)


def ask(
    parent: QWidget | None,
    title: str,
    text: str,
    yes: str,
    on_yes: Callable[[], object],
    *,
    kind: Kind = "danger",
) -> QuestionDialog:
    """Ask whether something is to be done; `on_yes` is called if the answer is `yes`."""

    def answered(key: str, remember: bool) -> None:
        if key == "yes":
            on_yes()

    dialog = QuestionDialog(parent, title, text, (Answer("yes", yes, kind),), answered, cancel=NO)
    dialog.open()
    return dialog
