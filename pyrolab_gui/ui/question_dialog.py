"""A question before something that cannot be taken back: a sentence, and a button for each answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import Kind, button
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer. The first of a question has the focus; make it the harmless one."""

    key: str
    text: str
    kind: Kind = "plain"


class QuestionDialog(QDialog):
    """Asks, and tells the key of the answer; Escape and the window's cross are the answer ``cancel``.

    Parameters
    ----------
    title, text
        What is asked, and what follows from the answers.
    answers
        The buttons from left to right; *Cancel* stands before them by itself.
    answered
        Called once, with the key of the answer and whether it is to be remembered.
    remember
        Text of the check box that offers to remember the answer; none if empty.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        answers: Sequence[Answer],
        answered: Callable[[str, bool], object],
        remember: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("question-dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._answered: Callable[[str, bool], object] | None = answered
        self._remember = QCheckBox(remember)
        self._remember.setObjectName("question-remember")
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addStretch(1)
        cancel = button("Cancel", kind="ghost")
        cancel.setObjectName("question-cancel")
        cancel.clicked.connect(self.reject)
        buttons.addWidget(cancel)
        first = cancel
        for number, answer in enumerate(answers):
            choice = button(answer.text, kind=answer.kind)
            choice.setObjectName(f"question-{answer.key}")
            choice.clicked.connect(lambda _=False, key=answer.key: self._answer(key))
            buttons.addWidget(choice)
            if number == 0:
                choice.setDefault(True)
                first = choice
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addWidget(TextLabel(title, 16, 600, wrap=True))
        column.addWidget(TextLabel(text, 13, wrap=True))
        column.addWidget(self._remember)
        column.addSpacing(S)
        column.addLayout(buttons)
        self._remember.setVisible(bool(remember))
        self.setFixedWidth(520)
        first.setFocus()

    def done(self, result: int) -> None:
        """Answer ``cancel`` if nothing else was answered."""
        self._tell("cancel")
        super().done(result)

    def _answer(self, key: str) -> None:
        self._tell(key)
        self.accept()

    def _tell(self, key: str) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            answered(key, self._remember.isChecked() and key != "cancel")
