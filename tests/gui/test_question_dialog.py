"""A question: what is said later is shown whole, and the harmless answer is at hand."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from pyrolab_gui.ui.question_dialog import Answer, QuestionDialog


@pytest.fixture
def owner(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def asked(qtbot, owner: QWidget, answers: list[str], text: str = "") -> QuestionDialog:
    dialog = QuestionDialog(
        owner, "Stop optics?", text, (Answer("yes", "Stop", "danger"),), lambda key, _: answers.append(key)
    )
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def whole(dialog: QuestionDialog) -> bool:
    label = dialog.findChild(QLabel, "question-text")
    assert isinstance(label, QLabel)
    return label.height() >= label.heightForWidth(label.width())


def test_what_becomes_known_later_is_shown_whole(qtbot, owner):
    dialog = asked(qtbot, owner, [], "optics hosts bench.laser.")
    assert whole(dialog)
    few = dialog.height()
    dialog.set_text(
        "\n".join(f"motion hosts bench.stage: clients lose their connection, call {n} ends." for n in range(8))
    )
    qtbot.waitUntil(lambda: whole(dialog))
    assert dialog.height() > few
    dialog.reject()


def test_what_is_hit_now_stands_before_what_always_follows(qtbot, owner):
    dialog = asked(qtbot, owner, [], "optics hosts bench.laser.")
    dialog.say_later(lambda tell: tell("bench.laser.output is on."), first=True)
    assert dialog.text == "bench.laser.output is on.\n\noptics hosts bench.laser."
    dialog.reject()


def test_escape_is_the_harmless_answer_and_has_the_focus(qtbot, owner):
    answers: list[str] = []
    dialog = asked(qtbot, owner, answers)
    stop = dialog.findChild(QPushButton, "question-yes")
    assert isinstance(stop, QPushButton)
    assert not stop.isDefault()
    dialog.reject()
    assert answers == ["cancel"]
