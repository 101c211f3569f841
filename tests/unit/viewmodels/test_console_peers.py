"""What others do with an instrument: told by its daemon, never asked of the instrument, and never shown twice."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

import pytest

from pyrolab_gui.viewmodels.console_peers import Peers
from pyrolab_gui.viewmodels.lock_state import LockState, owner_text
from pyrolab_gui.viewmodels.runs import Runs
from pyrolab_gui.wire.errors import RemoteFailure, Unreachable
from tests.unit.viewmodels.console_fakes import DirectBridge, done, failed

ME = "ann@bench"


class FakeDaemon:
    """A daemon object with a list of calls and locks."""

    def __init__(self) -> None:
        self.calls_made: list[dict[str, Any]] = []
        self.locks: list[dict[str, Any]] = []
        self.started = 1.0
        self.unknown_since = 0.0
        self.asked: list[tuple[str, list[Any]]] = []
        self.error: Exception | None = None
        self.silent = False
        self.closed = False

    def call(self, member: str, args: Any = (), kwargs: Any = None, *, timeout: float | None = None) -> Future[Any]:
        self.asked.append((member, list(args)))
        if self.silent:
            return Future()
        if self.error is not None:
            return failed(self.error)
        if member == "status":
            service = {"object_id": "laser", "unknown_since": self.unknown_since}
            return done({"pid": 7, "started": self.started, "services": [service]})
        if member == "locks":
            return done(self.locks)
        return done([dict(call) for call in self.calls_made if call["seq"] > args[1]])

    def close(self) -> None:
        self.closed = True

    def made(self, who: str, member: str, arguments: str = "", duration: float | None = 0.1, error: str = "") -> None:
        self.calls_made.append(
            {
                "seq": len(self.calls_made) + 1,
                "time": time.time(),
                "who": who,
                "member": member,
                "arguments": arguments,
                "duration_s": duration,
                "error": error,
            }
        )


class Desk:
    def __init__(self) -> None:
        self.daemon = FakeDaemon()
        self.addresses: list[str] = []
        self.runs = Runs()
        self.locks: list[object] = []
        self.changes = 0
        self.uri = "PYRO:laser@127.0.0.1:4711"
        self.peers = Peers(
            lambda: self.uri,
            self._make,  # type: ignore[arg-type]
            DirectBridge(),
            self.runs,
            ME,
            lambda name: name in ("power", "output"),
        )
        self.peers.lockTold.connect(self.locks.append)
        self.peers.changed.connect(self._on_changed)

    def _make(self, address: str) -> FakeDaemon:
        self.addresses.append(address)
        return self.daemon

    def _on_changed(self) -> None:
        self.changes += 1

    def lines(self) -> list[str]:
        return [f"{run.who}: {run.text} {run.outcome}" for run in self.runs.recent()]


@pytest.fixture
def desk(qapp):
    desk = Desk()
    yield desk
    desk.peers.stop()


def test_calls_and_settings_of_others_are_listed_with_their_end(desk: Desk):
    desk.daemon.made("ben@pc3", "sweep", "1520.0, 1580.0", None)
    desk.daemon.made("ben@pc3", "power", "= 5.0", 0.002, "LaserError: interlock")
    desk.peers.start()
    assert desk.addresses == ["PYRO:Pyro.Daemon@127.0.0.1:4711"], "the daemon is asked, not the instrument"
    assert sorted(desk.lines()) == ["ben@pc3: power = 5.0 failed", "ben@pc3: sweep(1520.0, 1580.0) running"]
    assert [run.member for run in desk.runs.running_others()] == ["sweep"] and desk.runs.running() == []
    desk.daemon.calls_made[0]["duration_s"] = 3.1
    desk.peers.ask()
    sweep = next(run for run in desk.runs.recent() if run.member == "sweep")
    assert (sweep.outcome, sweep.duration) == ("done", 3.1)
    assert len(desk.runs.recent()) == 2 and desk.changes == 2
    desk.peers.ask()
    assert desk.changes == 2, "nothing new is no news"


def test_what_this_window_did_is_not_listed_twice(desk: Desk):
    desk.runs.begin("sweep", [1520.0, 1580.0])
    desk.runs.begin_write("power", "5", 5.0)
    desk.daemon.made(ME, "sweep", "1520.0, 1580.0", None)
    desk.daemon.made(ME, "power", "= 5.0")
    desk.daemon.made(ME, "power", "")
    desk.daemon.made(ME, "lock", "'ann@bench'")
    desk.peers.start()
    assert [run.ours for run in desk.runs.recent()] == [True, True]
    desk.daemon.made(ME, "sweep", "1520.0, 1580.0")
    desk.peers.ask()
    assert len(desk.runs.recent()) == 3, "a second one under the same name is another window's or a script's"


def test_readings_in_a_row_are_one_line(desk: Desk):
    for _ in range(30):
        desk.daemon.made("script@pc3", "power")
    desk.peers.start()
    desk.daemon.made("script@pc3", "power")
    desk.peers.ask()
    assert [(run.text, run.count) for run in desk.runs.recent()] == [("read power", 31)]


def test_nothing_comes_twice_when_the_console_is_shown_again(desk: Desk):
    desk.daemon.made("ben@pc3", "home")
    desk.peers.start()
    desk.peers.stop()
    assert desk.daemon.closed, "no connection is held while nobody looks"
    desk.peers.start()
    assert len(desk.runs.recent()) == 1


def test_a_daemon_that_was_started_again_counts_from_one(desk: Desk):
    for _ in range(5):
        desk.daemon.made("ben@pc3", "home")
    desk.peers.start()
    desk.peers.stop()
    desk.daemon.started, desk.daemon.calls_made, desk.uri = 2.0, [], "PYRO:laser@[::1]:4712"
    desk.daemon.made("ben@pc3", "park")
    desk.peers.start()
    assert desk.addresses[-1] == "PYRO:Pyro.Daemon@[::1]:4712"
    assert len(desk.runs.recent()) == 6


def test_the_lock_of_this_instrument_is_told(desk: Desk):
    desk.daemon.locks = [
        {"object_id": "other", "owner": "x", "since": 1.0},
        {"object_id": "laser", "owner": "ben@pc3", "since": 2.0},
    ]
    desk.peers.start()
    desk.daemon.locks = []
    desk.peers.ask()
    assert [lock and (lock["owner"], lock["since"]) for lock in desk.locks] == [("ben@pc3", 2.0), None]  # type: ignore[index]


def test_a_daemon_without_these_lists_is_not_asked_again(desk: Desk):
    desk.daemon.error = RemoteFailure("no such method")
    desk.peers.start()
    asked = len(desk.daemon.asked)
    desk.peers.ask()
    desk.peers.start()
    assert len(desk.daemon.asked) == asked and not desk.peers.supported and desk.daemon.closed


def test_a_lost_daemon_is_asked_again_later_and_a_silent_one_is_waited_for(desk: Desk):
    desk.daemon.error = Unreachable("away")
    desk.peers.start()
    desk.daemon.error = None
    desk.daemon.made("ben@pc3", "home")
    desk.peers.ask()
    assert len(desk.runs.recent()) == 1
    desk.daemon.silent = True
    desk.peers.ask()
    asked = len(desk.daemon.asked)
    desk.peers.ask()
    assert len(desk.daemon.asked) == asked, "one question at a time"


# -- the lock ------------------------------------------------------------------------------------------------------


def test_the_list_of_locks_tells_owner_and_end():
    lock = LockState()
    assert lock.listed("ben@pc3", 5.0, ME) and (lock.holder, lock.owner, lock.since) == ("other", "ben@pc3", 5.0)
    assert lock.blocks == "in use by ben@pc3"
    assert not lock.listed("ben@pc3", 5.0, ME), "no news"
    assert lock.listed("", 0.0, ME) and lock.holder == "free" and lock.blocks == ""
    assert lock.listed(f"{ME} ({ME})", 6.0, ME) and lock.owner == f"{ME} (another window or script)"


def test_an_older_list_does_not_undo_what_was_just_answered():
    lock = LockState()
    lock.answered_lock(True, None)
    assert not lock.listed("", 0.0, ME) and lock.holder == "ours"
    lock._answered -= 10
    assert not lock.listed(f"{ME} ({ME})", lock.since, ME)
    assert lock.listed("", 0.0, ME), "the lease ran out"
    assert lock.blocks == "" and str(lock.holder) == "free"


def test_an_owner_is_named_once():
    assert owner_text("root@vm (root@vm)") == "root@vm"
    assert owner_text("ben (ben@pc3)") == "ben (ben@pc3)"
    assert owner_text("127.0.0.1:5555") == "127.0.0.1:5555"


def test_a_call_of_ours_that_was_left_is_followed_to_its_end(desk: Desk):
    run = desk.runs.begin("settle")
    desk.daemon.made(ME, "settle", "", None)
    run.finish("left")
    desk.peers.start()
    assert run.runs_there and desk.runs.occupying() == [run] and desk.changes == 1
    desk.daemon.calls_made[0]["duration_s"] = 60.0
    desk.peers.ask()
    assert not run.runs_there and desk.runs.occupying() == [] and run.duration == 60.0 and desk.changes == 2


def test_that_the_state_is_unknown_after_a_crash_is_told_until_somebody_acts(qapp):
    desk = Desk()
    told: list[float] = []
    desk.peers.unknownTold.connect(told.append)
    desk.peers.start()
    assert told == []
    desk.daemon.unknown_since = 1_000.0  # its supervisor tells the daemon so after it has begun to answer
    desk.peers.ask()
    assert told == [1_000.0]
    desk.peers.ask()
    desk.daemon.unknown_since = 0.0
    desk.peers.ask()
    assert told == [1_000.0, 0.0]
    desk.peers.stop()
