"""Orders that are waited for, against a supervisor of which the test says what becomes of its children."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pyrolab_gui.supervision.commands.settle import Settling
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.supervision import ChildEvent, EventKind

KEY = "daemon/optics"
STOPPED = ChildStatus(ChildKind.DAEMON, "optics")
STARTING = replace(STOPPED, state=ChildState.STARTING, pid=10)
RUNNING = replace(STARTING, state=ChildState.RUNNING, uri="PYRO:Pyro.Daemon@localhost:9001")
FAILED = replace(STOPPED, state=ChildState.FAILED, error="Port 9001 is in use.")


class Supervisor:
    """Answers an order with the statuses that it was given for it."""

    def __init__(self, first: ChildStatus, *then: ChildStatus, tells: bool = True, **events: EventKind) -> None:
        self._now = {first.key: first}
        self._then = then
        self._tells = tells
        self._events = events
        self._subscribers: list[Callable[[ChildStatus], None]] = []

    def statuses(self) -> tuple[ChildStatus, ...]:
        return tuple(self._now.values())

    def subscribe(self, callback: Callable[[ChildStatus], None]) -> Callable[[], None]:
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def _order(self, keys: Sequence[str]) -> None:
        assert KEY in keys
        for status in self._then:
            self._now[status.key] = status
            for tell in self._subscribers if self._tells else ():
                tell(status)

    start = stop = restart = _order

    def events(self, after: float) -> tuple[ChildEvent, ...]:
        return tuple(ChildEvent(time.time(), KEY, kind) for kind in self._events.values())


def settle(order: Any, supervisor: Supervisor, limit: float = 20.0) -> tuple[bool, list[str]]:
    said: list[str] = []
    with Settling(supervisor, said.append) as settling:  # type: ignore[arg-type]
        done = settling.order(order, [KEY], limit)
    assert not supervisor._subscribers
    return done, said


def test_a_start_is_done_when_it_runs():
    assert settle("start", Supervisor(STOPPED, STARTING, RUNNING)) == (
        True,
        ["daemon optics: running (process 10) at localhost:9001"],
    )


def test_the_start_of_one_that_runs_is_done_at_once():
    assert settle("start", Supervisor(RUNNING))[0]


def test_a_start_that_fails_says_why():
    assert settle("start", Supervisor(STOPPED, STARTING, FAILED)) == (
        False,
        ["daemon optics: failed - Port 9001 is in use."],
    )


def test_one_that_had_failed_before_is_waited_for():
    assert settle("start", Supervisor(FAILED, STARTING, RUNNING))[0]


def test_one_that_fails_just_as_before_is_known_by_what_happened():
    assert not settle("start", Supervisor(FAILED, FAILED, tells=False, failed=EventKind.FAILED))[0]


def test_a_restart_is_done_by_a_new_process_only():
    assert settle("restart", Supervisor(RUNNING, replace(RUNNING, pid=11)))[0]
    done, said = settle("restart", Supervisor(RUNNING, RUNNING), limit=0.05)
    assert not done
    assert said[0].endswith("not yet as asked")


def test_a_stop_is_done_when_nothing_runs_and_nothing_will():
    assert settle("stop", Supervisor(RUNNING, STOPPED)) == (True, ["daemon optics: stopped"])
    assert settle("stop", Supervisor(FAILED))[0]
    assert not settle("stop", Supervisor(replace(FAILED, state=ChildState.BACKOFF)), limit=0.05)[0]


def test_one_that_never_comes_is_not_waited_for_without_end():
    done, said = settle("start", Supervisor(STOPPED, STARTING), limit=0.05)
    assert (done, said) == (False, ["daemon optics: starting, not yet as asked"])


def test_those_that_came_together_are_told_in_the_order_in_which_they_came():
    main = ChildStatus(ChildKind.NAMESERVER, "main", ChildState.STOPPED)
    supervisor = Supervisor(RUNNING, STOPPED, main)
    supervisor._now = {main.key: replace(main, state=ChildState.RUNNING), **supervisor._now}
    said: list[str] = []
    with Settling(supervisor, said.append) as settling:  # type: ignore[arg-type]
        assert settling.order("stop", [main.key, KEY])
    assert said == ["daemon optics: stopped", "nameserver main: stopped"]
