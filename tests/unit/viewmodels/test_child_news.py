"""What is told of children that end by themselves: once for each crash, with the last output behind it."""

from __future__ import annotations

import time

import pytest

from pyrolab_gui.viewmodels.child_news import ChildNews
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus

NOTE = "11:04:52 optics was killed (SIGKILL).\nline 1\nline 2"


def optics(state: ChildState = ChildState.RUNNING, **values) -> ChildStatus:
    return ChildStatus(ChildKind.DAEMON, "optics", state, **values)


@pytest.fixture
def news() -> ChildNews:
    made = ChildNews()
    made.begin([optics(started=1.0)])
    return made


def test_crash_and_restart_are_one_notice_with_the_last_output(news):
    begun = time.mktime((2026, 11, 24, 11, 4, 53, 0, 0, -1))
    assert news.note(optics(ChildState.STARTING, restarts=1, started=begun, detail=NOTE)) is None
    notice = news.note(optics(restarts=1, started=begun, detail=NOTE))
    assert notice.sentence == (
        "optics was killed (SIGKILL), and was started again at 11:04:53; what its instruments are set to is not known."
    )
    assert (notice.kind, notice.detail, notice.about) == ("warning", "line 1\nline 2", "daemon/optics")
    assert news.note(optics(restarts=1, started=begun, detail=NOTE, uri="PYRO:x@y:1")) is None


def test_each_crash_is_told(news):
    for number in (1, 2, 3):
        assert news.note(optics(restarts=number, detail=NOTE)) is not None


def test_wait_before_the_next_start_is_told_at_once_and_replaced(news):
    waits = optics(ChildState.BACKOFF, restarts=1, error="optics was killed (SIGKILL).", retry_at=1.0)
    notice = news.note(waits)
    assert "will be started again at" in notice.sentence
    assert news.note(waits) is None
    assert news.note(optics(restarts=2, detail=NOTE)).about == notice.about


def test_failure_is_an_error_that_names_the_child(news):
    notice = news.note(optics(ChildState.FAILED, error="Port 9090 is in use.", detail="lines"))
    assert (notice.kind, notice.sentence, notice.detail) == ("error", "optics: Port 9090 is in use.", "lines")


def test_restart_on_request_and_what_was_before_are_no_news(news):
    assert news.note(optics(ChildState.STOPPED)) is None
    assert news.note(optics(restarts=0)) is None
    late = ChildNews()
    late.begin([optics(restarts=4)])
    assert late.note(optics(restarts=4)) is None
    assert late.note(optics(restarts=0)) is None
    assert late.note(optics(restarts=1)) is not None


def test_nameserver_has_no_instruments(news):
    before = ChildStatus(ChildKind.NAMESERVER, "main", ChildState.RUNNING)
    after = ChildStatus(ChildKind.NAMESERVER, "main", ChildState.RUNNING, restarts=1)
    news.begin([before])
    assert "daemons register there again" in news.note(after).sentence
