"""Notifications: whatever is posted arrives as a sentence with its detail."""

from __future__ import annotations

import pytest

from pyrolab_gui.viewmodels.notifications import KEPT, Notice, Notifications
from pyrolab_gui.wire.errors import LabError, Unreachable


@pytest.fixture
def heard() -> tuple[Notifications, list[Notice]]:
    notifications, notices = Notifications(), list[Notice]()
    notifications.posted.connect(notices.append)
    return notifications, notices


def test_lab_error_brings_its_own_words(heard: tuple[Notifications, list[Notice]]) -> None:
    notifications, notices = heard
    notifications.error(Unreachable("laser cannot be reached.", "connection refused"))
    assert notices == [Notice("error", "laser cannot be reached.", "connection refused")]


def test_detail_fills_in_for_an_error_without_one(heard: tuple[Notifications, list[Notice]]) -> None:
    notifications, notices = heard
    notifications.error(LabError("It failed."), "last lines")
    assert notices[0].detail == "last lines"


def test_unexpected_exception_gets_a_sentence_and_its_traceback(heard: tuple[Notifications, list[Notice]]) -> None:
    notifications, notices = heard
    try:
        raise ValueError("bad\nsecond line")
    except ValueError as error:
        notifications.error(error)
    assert notices[0].sentence == "Something went wrong inside the window (ValueError: bad)."
    assert "test_notifications.py" in notices[0].detail
    assert "second line" in notices[0].detail


def test_exception_without_text(heard: tuple[Notifications, list[Notice]]) -> None:
    notifications, notices = heard
    notifications.error(KeyError())
    assert notices[0].sentence == "Something went wrong inside the window (KeyError)."


def test_sentences_and_kinds(heard: tuple[Notifications, list[Notice]]) -> None:
    notifications, notices = heard
    notifications.error("a", "x")
    notifications.warning("b")
    notifications.info("c", "y")
    assert notices == [Notice("error", "a", "x"), Notice("warning", "b"), Notice("info", "c", "y")]
    assert notifications.notices == tuple(notices)


def test_only_the_last_are_kept(heard: tuple[Notifications, list[Notice]]) -> None:
    notifications, _ = heard
    for number in range(KEPT + 5):
        notifications.info(str(number))
    assert len(notifications.notices) == KEPT
    assert notifications.notices[0].sentence == "5"
