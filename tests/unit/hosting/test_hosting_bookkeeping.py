"""Snapshots, the ring of calls, presence and locks."""

from __future__ import annotations

import threading

import pytest

from pyrolab_gui.hosting.calls import CallLog, short_text
from pyrolab_gui.hosting.locks import ServiceLock
from pyrolab_gui.hosting.presence import Presence
from pyrolab_gui.hosting.snapshots import Snapshots


class Connection:
    def __init__(self, client_id: str) -> None:
        self.client_id = self.person = client_id
        self.closed = False

    def fileno(self) -> int:
        return -1 if self.closed else 3


def data(size: int) -> memoryview:
    return memoryview(bytes(range(256)) * (size // 256 + 1))[:size]


def test_a_snapshot_ends_with_its_last_byte():
    snapshots = Snapshots()
    handle = snapshots.keep("conn", data(10))
    assert bytes(snapshots.part("conn", handle, 0, 6)) == bytes(range(6))
    assert snapshots.held == 10
    assert bytes(snapshots.part("conn", handle, 6, 6)) == bytes(range(6, 10))
    assert snapshots.held == 0
    assert handle not in snapshots


def test_a_snapshot_belongs_to_its_connection_and_ends_with_it():
    snapshots = Snapshots()
    handle = snapshots.keep("conn", data(10))
    with pytest.raises(LookupError, match="ask for it again"):
        snapshots.part("other", handle, 0, 5)
    snapshots.drop("other")
    assert handle in snapshots
    snapshots.drop("conn")
    assert handle not in snapshots


def test_a_snapshot_that_nobody_fetches_ends():
    snapshots = Snapshots(idle_seconds=0.0)
    handle = snapshots.keep("conn", data(10))
    with pytest.raises(LookupError):
        snapshots.part("conn", handle, 0, 5)


def test_the_one_touched_longest_ago_makes_room():
    snapshots = Snapshots(max_held=25)
    first, second = snapshots.keep("conn", data(10)), snapshots.keep("conn", data(10))
    snapshots.part("conn", first, 0, 1)
    third = snapshots.keep("conn", data(10))
    assert (first in snapshots, second in snapshots, third in snapshots) == (True, False, True)
    large = snapshots.keep("conn", data(100))
    assert large in snapshots
    assert snapshots.held == 100


def test_the_ring_keeps_the_last_calls():
    calls = CallLog(kept=3)
    for n in range(5):
        calls.begin("ana", f"m{n}", "").end()
    assert [call["member"] for call in calls.after(0)] == ["m2", "m3", "m4"]
    assert [call["seq"] for call in calls.after(4)] == [5]


def test_a_running_call_has_no_duration():
    calls = CallLog()
    call = calls.begin("ana", "move", "1.0")
    assert calls.after(0)[0]["duration_s"] is None
    call.end("no answer")
    ended = calls.after(0)[0]
    assert ended["duration_s"] >= 0
    assert ended["error"] == "no answer"


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        ((), {}, ""),
        ((1.5, "a", None), {"fast": True}, "1.5, 'a', None, fast=True"),
        (("x" * 100,), {}, "'" + "x" * 40 + "'…"),
        (([0.0] * 1000,), {}, "<list of 1000>"),
        (([1, 2],), {}, "[1, 2]"),
        ((object(),), {}, "<object>"),
        (tuple(range(9)), {}, "0, 1, 2, 3, …"),
    ],
)
def test_arguments_as_a_short_text(args, kwargs, text):
    assert short_text(args, kwargs) == text


def test_a_plain_client_is_gone_with_its_connection():
    gone: list[str] = []
    presence = Presence(gone.append)
    conn = Connection("abc")
    presence.seen(conn)
    presence.seen(conn)
    presence.ended(conn)
    presence.ended(conn)
    assert gone == ["abc"]


def test_a_client_of_ours_is_gone_when_its_lease_ran_out():
    gone = threading.Event()
    presence = Presence(lambda client: gone.set(), lease_seconds=0.05)
    first, second = Connection(".w"), Connection(".w")
    presence.seen(first)
    presence.seen(second)
    presence.ended(first)
    presence.ended(second)
    assert not gone.is_set()
    presence.seen(first)
    assert presence._leases == {}
    presence.ended(first)
    assert gone.wait(5)


def test_a_client_that_holds_nothing_needs_no_lease():
    presence = Presence(lambda client: pytest.fail("it holds nothing"), holds=lambda client: False)
    conn = Connection(".w")
    presence.seen(conn)
    presence.ended(conn)
    assert presence._leases == {}


def test_a_call_that_outlived_its_connection_does_not_make_its_client_present():
    gone: list[str] = []
    presence = Presence(gone.append)
    conn = Connection("abc")
    conn.closed = True
    presence.seen(conn)
    assert presence._connections == {}


def test_closing_ends_the_leases():
    presence = Presence(lambda client: pytest.fail("nobody asks any more"), lease_seconds=3600)
    conn = Connection(".w")
    presence.seen(conn)
    presence.ended(conn)
    lease = presence._leases[".w"]
    presence.close()
    lease.join(5)
    assert not lease.is_alive()


def test_a_lock_has_one_owner():
    lock = ServiceLock("laser")
    assert lock.take(Connection("a"), "ana")
    assert lock.take(Connection("a"), "ana again")
    assert not lock.take(Connection("b"), "bob")
    lock.check("a")
    with pytest.raises(ConnectionRefusedError, match="laser is locked by ana") as caught:
        lock.check("b")
    assert caught.value.remote_class == "Locked"  # type: ignore[attr-defined]
    assert lock.to_plain()["owner"] == "ana"  # type: ignore[index]
    assert not lock.release("b")
    assert lock.release("a")
    assert lock.to_plain() is None
    lock.check("b")
