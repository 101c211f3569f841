"""The registry of a real nameserver: names come and go, daemons die and come back, the nameserver too."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.listing import list_with_health
from pyrolab_gui.network.nameserver import list_entries, lookup
from pyrolab_gui.network.registry import RegistryEntry, RegistrySnapshot, RegistryWatcher
from pyrolab_gui.wire.errors import LabError, Unreachable
from pyrolab_gui.wire.health import InstrumentLink, ProcessLink
from pyrolab_gui.wire.plans import NameserverPlan
from tests.integration.child_process import child, free_port, proxy, when_up
from tests.integration.foreign_servers import plain_server
from tests.integration.network_helpers import Seen, laser_plan, our_daemon

ME = Identity("c1", "ann@desk")
Snapshots = Seen[RegistrySnapshot]


@contextlib.contextmanager
def nameserver(folder: Path, port: int) -> Iterator[str]:
    with child(NameserverPlan("main", host="127.0.0.1", ns_port=port), folder) as process:
        uri = f"PYRO:Pyro.NameServer@127.0.0.1:{port}"
        when_up(uri)
        yield uri
        process.kill()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    with nameserver(tmp_path, port):
        yield port


@contextlib.contextmanager
def watching(port: int, period: float = 0.2) -> Iterator[tuple[Snapshots, RegistryWatcher]]:
    before = set(threading.enumerate())
    seen: Snapshots = Seen()
    watcher = RegistryWatcher("127.0.0.1", port, seen, identity=ME, period=period)
    watcher.start()
    try:
        yield seen, watcher
    finally:
        watcher.close()
        assert watcher.join(5)
    assert set(threading.enumerate()) == before


def entry(snapshot: RegistrySnapshot, name: str) -> RegistryEntry | None:
    return next((each for each in snapshot.entries if each.name == name), None)


def that(name: str, expected: Callable[[RegistryEntry], object]) -> Callable[[RegistrySnapshot], bool]:
    def found(snapshot: RegistrySnapshot) -> bool:
        there = entry(snapshot, name)
        return there is not None and bool(expected(there))

    return found


def register(port: int, name: str, uri: str, *metadata: str) -> None:
    with proxy(f"PYRO:Pyro.NameServer@127.0.0.1:{port}") as ns:
        ns.register(name, uri, metadata=set(metadata) or None)


def test_names_come_and_go(port: int):
    with plain_server() as server, watching(port) as (seen, _):
        first = seen.until(lambda snapshot: snapshot.link is ProcessLink.LIVE)
        assert first.address == f"127.0.0.1:{port}"
        register(port, "plain.laser", server.uri, "class:Laser", "room 3")
        live = entry(seen.until(that("plain.laser", lambda e: e.link is ProcessLink.LIVE)), "plain.laser")
        assert live is not None
        assert (live.uri, live.object_id, live.host, live.port) == (server.uri, "laser", "127.0.0.1", server.port)
        assert live.metadata == ("class:Laser", "room 3")
        assert live.instrument is InstrumentLink.UNKNOWN
        assert live.latency is not None
        assert live.last_seen is not None and abs(live.last_seen - time.time()) < 5
        with proxy(f"PYRO:Pyro.NameServer@127.0.0.1:{port}") as ns:
            ns.remove("plain.laser")
        seen.until(lambda snapshot: entry(snapshot, "plain.laser") is None)


def test_our_daemon_tells_about_its_instruments(port: int, tmp_path: Path):
    broken = laser_plan("bad", nameservers=("main",), parameters={"no_such_parameter": 1})
    good = laser_plan("good", nameservers=("main",))
    with our_daemon(tmp_path, good, broken, nameserver=port), watching(port) as (seen, _):
        snapshot = seen.until(
            lambda s: (
                that("good", lambda e: e.instrument is InstrumentLink.CONNECTED)(s)
                and that("bad", lambda e: e.instrument is InstrumentLink.NOT_CONNECTED)(s)
            )
        )
        bad = entry(snapshot, "bad")
        assert bad is not None
        assert bad.link is ProcessLink.LIVE
        assert bad.error


def test_a_death_is_seen_before_the_next_poll_and_the_new_address_soon_after(port: int, tmp_path: Path):
    plan = laser_plan("mortal", nameservers=("main",))
    with watching(port, period=2.0) as (seen, watcher):
        with our_daemon(tmp_path, plan, nameserver=port) as daemon:
            watcher.refresh()
            seen.until(that("mortal", lambda e: e.link is ProcessLink.LIVE))
            daemon.process.kill()
            killed = time.monotonic()
            dead = seen.until(that("mortal", lambda e: e.link is ProcessLink.UNREACHABLE))
            assert time.monotonic() - killed < 1.0  # the poll is every 2 s
            assert "ended" in (entry(dead, "mortal") or dead.entries[0]).reason
        with our_daemon(tmp_path, plan, nameserver=port) as again:
            serves = time.monotonic()
            seen.until(that("mortal", lambda e: e.link is ProcessLink.LIVE and e.port == again.port))
            assert time.monotonic() - serves < 3.0


def test_an_entry_that_nobody_serves(port: int):
    register(port, "old.laser", f"PYRO:laser@127.0.0.1:{free_port()}")
    register(port, "socket.laser", "PYRO:laser@./u:/tmp/laser.sock")
    with watching(port) as (seen, _):
        snapshot = seen.until(that("old.laser", lambda e: e.link is ProcessLink.UNREACHABLE))
        there = entry(snapshot, "old.laser")
        assert there is not None and "nothing listens" in there.reason
        unix = entry(snapshot, "socket.laser")
        assert unix is not None
        assert unix.link is ProcessLink.UNKNOWN and "Unix socket" in unix.reason


def test_a_lost_nameserver_leaves_its_last_list(tmp_path: Path):
    port = free_port()
    with plain_server() as server, watching(port) as (seen, _):
        absent = seen.until(lambda snapshot: snapshot.link is ProcessLink.UNREACHABLE)
        assert absent.entries == ()
        assert f"The nameserver at 127.0.0.1:{port} cannot be reached" in absent.reason
        with nameserver(tmp_path, port):
            register(port, "plain.laser", server.uri)
            seen.until(that("plain.laser", lambda e: e.link is ProcessLink.LIVE))
        lost = seen.until(lambda snapshot: snapshot.link is ProcessLink.UNREACHABLE)
        kept = entry(lost, "plain.laser")
        assert kept is not None
        assert kept.link is ProcessLink.LIVE  # the link to the daemon does not go through the nameserver
        with nameserver(tmp_path, port):
            seen.until(lambda snapshot: snapshot.link is ProcessLink.LIVE)


def test_nothing_is_told_where_nothing_changed(port: int):
    with plain_server() as server, watching(port, period=0.02) as (seen, _):
        register(port, "plain.laser", server.uri)
        seen.until(lambda s: entry(s, "plain.laser") is not None and all(e.link is ProcessLink.LIVE for e in s.entries))
        before = len(seen.all)
        threading.Event().wait(0.5)
        register(port, "z.end", server.uri)
        seen.until(lambda snapshot: entry(snapshot, "z.end"))
        assert len(seen.all) == before + 1


def test_ten_thousand_names(port: int):
    with proxy(f"PYRO:Pyro.NameServer@127.0.0.1:{port}", timeout=30) as ns:
        for start in range(0, 10_000, 1000):
            batch = [
                ("register", (f"n.{i}", f"PYRO:o{i}@127.0.0.1:{port}"), dict[str, str]())
                for i in range(start, start + 1000)
            ]
            ns._pyroInvokeBatch(batch)
    with watching(port) as (seen, _):
        snapshot = seen.until(
            lambda s: len(s.entries) >= 10_000 and all(e.link is ProcessLink.LIVE for e in s.entries), seconds=15
        )
        assert [e.name for e in snapshot.entries] == sorted(e.name for e in snapshot.entries)


def test_asked_once(port: int):
    register(port, "a", "PYRO:a@127.0.0.1:1", "x")
    entries = list_entries("127.0.0.1", port)
    assert entries["a"] == ("PYRO:a@127.0.0.1:1", ("x",))
    assert lookup("127.0.0.1", port, "a") == "PYRO:a@127.0.0.1:1"
    with pytest.raises(LabError, match="knows no “b”"):
        lookup("127.0.0.1", port, "b")
    with pytest.raises(Unreachable, match="cannot be reached"):
        list_entries("127.0.0.1", free_port())


def test_a_list_for_a_script_tells_an_instrument_that_is_not_connected(port: int, tmp_path: Path):
    broken = laser_plan("bad", nameservers=("main",), parameters={"no_such_parameter": 1})
    with our_daemon(tmp_path, laser_plan("good", nameservers=("main",)), broken, nameserver=port):
        with watching(port) as (seen, _):
            seen.until(that("bad", lambda e: e.instrument is InstrumentLink.NOT_CONNECTED))
        rows = {row["name"]: row for row in list_with_health("127.0.0.1", port, timeout=10)}
    assert rows["good"]["health"] == "not asked"
    assert rows["bad"]["health"] == "not connected"
    assert "no_such_parameter" in rows["bad"]["reason"]


def test_what_is_no_nameserver():
    with plain_server() as server, pytest.raises(Unreachable, match=r"hosts nothing called “Pyro\.NameServer”"):
        list_entries("127.0.0.1", server.port)
