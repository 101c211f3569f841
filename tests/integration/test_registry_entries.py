"""What an entry tells besides its links: who has it, what runs, what fails, since when, and what is missing."""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.registry import RegistryEntry, RegistrySnapshot, RegistryWatcher
from pyrolab_gui.network.registry_entry import Reading
from pyrolab_gui.wire.health import Health, InstrumentLink, ProcessLink
from tests.integration.child_process import proxy
from tests.integration.doctor_conditions import Phonebook, phonebook
from tests.integration.foreign_servers import plain_server
from tests.integration.network_helpers import Seen, laser_plan, our_daemon


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Phonebook]:
    with phonebook(tmp_path) as made:
        yield made


@contextlib.contextmanager
def watching(
    book: Phonebook, known_since: Callable[[str, str], float | None] | None = None
) -> Iterator[tuple[Seen[RegistrySnapshot], RegistryWatcher]]:
    before = set(threading.enumerate())
    seen: Seen[RegistrySnapshot] = Seen()
    watcher = RegistryWatcher(
        book.host, book.port, seen, identity=Identity("c1", "ann@desk"), period=0.2, known_since=known_since
    )
    watcher.start()
    try:
        yield seen, watcher
    finally:
        watcher.close()
        assert watcher.join(5)
    assert set(threading.enumerate()) == before


def wait_for(
    seen: Seen[RegistrySnapshot], name: str, expected: Callable[[RegistryEntry], object], seconds: float = 12.0
) -> RegistryEntry:
    found: list[RegistryEntry] = []

    def fits(snapshot: RegistrySnapshot) -> bool:
        found[:] = [entry for entry in snapshot.entries if entry.name == name and expected(entry)]
        return bool(found)

    seen.until(fits, seconds)
    return found[0]


def test_what_the_lab_file_promises(book: Phonebook):
    with plain_server() as server, watching(book) as (seen, watcher):
        book.register("laser", server.uri)
        watcher.expect(["laser", "stage", "meter"])
        snapshot = seen.until(lambda s: len(s.entries) == 2 and s.missing)
        assert snapshot.missing == ("meter", "stage")
        assert {entry.name: entry.expected for entry in snapshot.entries} == {"Pyro.NameServer": False, "laser": True}
        book.register("stage", server.uri)
        assert seen.until(lambda s: s.missing == ("meter",)).entries[-1].expected
        watcher.expect([])
        assert not any(entry.expected for entry in seen.until(lambda s: not s.missing).entries)


def test_a_nameserver_that_never_answered_misses_nothing(tmp_path: Path):
    with watching(Phonebook("127.0.0.1", 1)) as (seen, watcher):
        watcher.expect(["laser"])
        assert seen.until(lambda s: s.link is ProcessLink.UNREACHABLE).missing == ()


def test_model_and_since_when(book: Phonebook):
    with plain_server() as server:
        book.register("old", server.uri, "class:drivers.santec.TSL570", "room 3")
        book.register("kept", server.uri)
        began = time.time()
        with watching(book, lambda name, uri: 1234.0 if (name, uri) == ("kept", server.uri) else None) as (seen, _):
            old = wait_for(seen, "old", lambda entry: entry.link is ProcessLink.LIVE)
            assert (old.model, old.since) == ("TSL570", None)
            book.register("new", server.uri)
            new = wait_for(seen, "new", lambda entry: entry.since)
            assert new.since is not None and new.since >= began and new.model == ""
            assert new.link is ProcessLink.LIVE  # its daemon is known already
            book.register("new", server.uri, "class:Other")
            assert wait_for(seen, "new", lambda entry: entry.model == "Other").since == new.since
            (kept,) = [entry for entry in seen.all[-1].entries if entry.name == "kept"]
            assert kept.since == 1234.0


def test_who_has_it_what_runs_and_what_fails(book: Phonebook, tmp_path: Path):
    plan = laser_plan("laser", nameservers=("main",))
    with (
        our_daemon(tmp_path, plan, nameserver=book.port, lockable=True) as daemon,
        watching(book) as (seen, _),
        proxy(daemon.uri(), timeout=20) as laser,
    ):
        wait_for(seen, "laser", lambda entry: entry.instrument is InstrumentLink.CONNECTED)
        assert laser.lock("bob")
        held = wait_for(seen, "laser", lambda entry: entry.owner)
        assert held.owner.startswith("bob (") and held.in_use_by == held.owner
        assert held.verdict().sentence.endswith(f"; in use by {held.owner}.")
        laser.unlock()
        wait_for(seen, "laser", lambda entry: not entry.owner)

        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            running = threads.submit(_slow, daemon.uri(), 3.5)
            busy = wait_for(seen, "laser", lambda entry: entry.busy)
            assert busy.busy is not None and busy.busy.member == "slow"
            assert busy.in_use_by == busy.busy.who
            assert running.result(15) == "done"
        wait_for(seen, "laser", lambda entry: entry.busy is None)

        for _ in range(3):
            with pytest.raises(Exception, match="the door is open"):
                laser.fail()
        failing = wait_for(seen, "laser", lambda entry: entry.failing)
        assert failing.verdict().health is Health.FAILED
        assert "its last calls failed: InterlockOpen: the door is open" in failing.verdict().sentence
        daemon.process.kill()
        dead = wait_for(seen, "laser", lambda entry: entry.link is ProcessLink.UNREACHABLE)
        assert (dead.failing, dead.owner, dead.busy) == ("", "", None)


def _slow(uri: str, seconds: float) -> str:
    with proxy(uri, timeout=20) as laser:
        done: str = laser.slow(seconds)
        return done


def test_live_by_the_instruments_own_answer_and_the_daemons_own_reading(book: Phonebook, tmp_path: Path):
    asked = laser_plan("asked", nameservers=("main",), alive="mode", sampling={"power": 0.1})
    unasked = laser_plan("unasked", nameservers=("main",))
    with our_daemon(tmp_path, asked, unasked, nameserver=book.port), watching(book) as (seen, _):

        def settled(snapshot: RegistrySnapshot) -> bool:
            told = {entry.name: entry for entry in snapshot.entries}
            connected = "unasked" in told and told["unasked"].instrument is InstrumentLink.CONNECTED
            return connected and told["asked"].fresh and bool(told["asked"].readings)

        entries = {entry.name: entry for entry in seen.until(settled).entries}
        assert entries["asked"].verdict().health is Health.LIVE
        assert entries["asked"].readings == (Reading("power", 1.0, "mW"),)
        assert entries["unasked"].verdict().health is Health.NOT_ASKED
