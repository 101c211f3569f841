"""The memory of the registry: what is there, what was there, and what happened, with real nameservers and daemons."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.nameserver import NameTaken, list_entries, register_entry, remove_entry
from pyrolab_gui.network.registry_entry import new_entry
from pyrolab_gui.storage.database import Database
from pyrolab_gui.supervision.registry_history import SCHEMA, RegistryHistory
from pyrolab_gui.supervision.registry_keeper import RegistryKeeper
from pyrolab_gui.wire.health import ProcessLink
from pyrolab_gui.wire.registry_past import ChangeKind, PastEntry
from tests.integration.child_process import eventually, free_port
from tests.integration.doctor_conditions import Phonebook, phonebook
from tests.integration.foreign_servers import plain_server
from tests.integration.network_helpers import laser_plan, our_daemon

NS = "pc:9090"


class Look:
    """An entry at one look."""

    def __init__(self, name: str, uri: str = "PYRO:laser@pc:1", link: ProcessLink = ProcessLink.LIVE) -> None:
        self.name, self.uri, self.link = name, uri, link
        self.metadata: tuple[str, ...] = ("class:Laser",)


@pytest.fixture
def history() -> Iterator[RegistryHistory]:
    database = Database(None, SCHEMA)
    yield RegistryHistory(database)
    database.close()


def kinds(history: RegistryHistory, name: str = "laser") -> list[str]:
    return [change.kind for change in history.timeline(NS, name)]


def only(history: RegistryHistory) -> PastEntry:
    (entry,) = history.names(NS)
    return entry


def test_comings_and_goings(history: RegistryHistory):
    history.seen(NS, [Look("laser")], 100.0)
    history.seen(NS, [Look("laser", "PYRO:laser@pc:2")], 200.0)
    history.seen(NS, [], 300.0)
    gone = only(history)
    assert (gone.online, gone.first_seen, gone.last_seen) == (False, 100.0, 200.0)
    assert gone.uri == "PYRO:laser@pc:2"
    assert gone.addresses == ("PYRO:laser@pc:2", "PYRO:laser@pc:1")
    assert gone.metadata == ("class:Laser",)
    history.seen(NS, [Look("laser")], 400.0)
    assert only(history).online and only(history).since == 400.0
    assert kinds(history) == ["appeared", "moved", "gone", "appeared"]
    assert [change.time for change in history.timeline(NS, "laser")] == [100.0, 200.0, 300.0, 400.0]
    assert history.timeline(NS, "laser")[1].uri == "PYRO:laser@pc:2"


def test_lost_and_back(history: RegistryHistory):
    links = (ProcessLink.UNKNOWN, ProcessLink.LIVE, ProcessLink.UNREACHABLE, ProcessLink.UNREACHABLE, ProcessLink.LIVE)
    for number, link in enumerate(links):
        history.seen(NS, [Look("laser", link=link)], float(number))
    assert kinds(history) == ["appeared", "lost", "back"]
    history.seen(NS, [Look("laser", link=ProcessLink.UNREACHABLE)], 10.0)
    assert only(history).lost and only(history).online
    assert only(history).last_seen == 4.0


def test_what_answers_is_seen_until_it_does_not(history: RegistryHistory):
    history.seen(NS, [Look("laser"), Look("dead", link=ProcessLink.UNREACHABLE)], 100.0)
    history.flush(900.0)
    seen = {entry.name: entry.last_seen for entry in history.names(NS)}
    assert seen == {"laser": 900.0, "dead": 100.0}
    history.seen(NS, [], 1000.0)
    assert [entry.name for entry in history.names(NS, since=500.0)] == ["laser"]


def test_since_when_it_has_its_address(history: RegistryHistory):
    history.seen(NS, [Look("laser")], 100.0)
    history.seen(NS, [Look("laser")], 200.0)
    assert history.since(NS, "laser", "PYRO:laser@pc:1") == 100.0
    assert history.since(NS, "laser", "PYRO:laser@pc:9") is None
    assert history.since(NS, "nobody", "PYRO:laser@pc:1") is None


def test_nameservers_are_apart(history: RegistryHistory):
    history.seen(NS, [Look("laser")], 100.0)
    history.seen("other:9090", [Look("stage")], 100.0)
    assert only(history).name == "laser"
    assert [entry.name for entry in history.names("other:9090")] == ["stage"]


def test_the_policy(history: RegistryHistory):
    assert history.remove_after(NS) is None
    history.seen(NS, [Look("laser", link=ProcessLink.UNREACHABLE), Look("hung", link=ProcessLink.NO_REPLY)], 0.0)
    assert history.due(NS, 1e6) == []
    history.set_remove_after(NS, 5)
    assert history.due(NS, 299.0) == []
    assert history.due(NS, 300.0) == [("laser", "PYRO:laser@pc:1")]
    history.seen(NS, [Look("laser")], 301.0)
    history.seen(NS, [Look("laser", link=ProcessLink.UNREACHABLE)], 302.0)
    assert history.due(NS, 310.0) == []  # without a break
    history.removed(NS, "laser", 700.0)
    history.seen(NS, [], 701.0)
    assert kinds(history)[-1] == ChangeKind.REMOVED
    history.set_remove_after(NS, None)
    assert history.remove_after(NS) is None
    with pytest.raises(ValueError, match="more than 0"):
        history.set_remove_after(NS, 0)


def test_the_nameserver_itself_is_never_due(history: RegistryHistory):
    history.set_remove_after(NS, 1)
    history.seen(NS, [Look("Pyro.NameServer", link=ProcessLink.UNREACHABLE)], 0.0)
    assert history.due(NS, 1e6) == []


def test_it_outlives_its_process(tmp_path: Path):
    file = tmp_path / "registry.sqlite"
    first = Database(file, SCHEMA)
    RegistryHistory(first).seen(NS, [Look("laser", link=ProcessLink.UNREACHABLE), Look("stage")], 100.0)
    RegistryHistory(first).set_remove_after(NS, 1)
    first.close()
    second = Database(file, SCHEMA)
    history = RegistryHistory(second)
    history.seen(NS, [Look("laser", link=ProcessLink.UNREACHABLE)], 9000.0)
    assert kinds(history) == ["appeared", "lost"]
    assert kinds(history, "stage") == ["appeared", "gone"]
    assert history.due(NS, 9030.0) == []  # nobody looked in between, so it counts from now
    assert history.due(NS, 9060.0) == [("laser", "PYRO:laser@pc:1")]
    history.forget(NS, "stage")
    assert [entry.name for entry in history.names(NS)] == ["laser"]
    history.forget(NS, "laser")  # stands in the nameserver
    assert only(history).name == "laser"
    second.close()


def test_ten_thousand_names_cost_nothing_while_they_stand_still(history: RegistryHistory):
    entries = [new_entry(f"n.{i}", f"PYRO:o{i}@pc:{i % 100 + 1}", (), None, expected=False) for i in range(10_000)]
    begun = time.perf_counter()
    history.seen(NS, entries, 1.0)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    for moment in range(5):
        history.seen(NS, entries, 2.0 + moment)
    assert (time.perf_counter() - begun) / 5 < first
    assert kinds(history, "n.7") == ["appeared"]


# -- with real processes ---------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[RegistryKeeper]:
    before = set(threading.enumerate())
    made = RegistryKeeper(tmp_path / "registry.sqlite", Identity("c1", "ann@desk"), turn=0.1)
    yield made
    made.close()
    eventually(lambda: set(threading.enumerate()) <= before, 5)


def past(keeper: RegistryKeeper, book: Phonebook, name: str) -> PastEntry | None:
    return next((entry for entry in keeper.history.names(book.address) if entry.name == name), None)


def happened(keeper: RegistryKeeper, book: Phonebook, name: str) -> list[str]:
    return [change.kind for change in keeper.history.timeline(book.address, name)]


def test_a_daemon_that_ends_and_comes_back_on_another_port(keeper: RegistryKeeper, tmp_path: Path):
    plan = laser_plan("bench.laser", nameservers=("main",))
    with phonebook(tmp_path) as book:
        keeper.watch([(book.host, book.port)])
        with our_daemon(tmp_path, plan, nameserver=book.port) as daemon:
            first = daemon.uri("bench.laser")
            eventually(lambda: past(keeper, book, "bench.laser"))
            daemon.process.kill()
            eventually(lambda: happened(keeper, book, "bench.laser") == ["appeared", "lost"])
        with our_daemon(tmp_path, plan, nameserver=book.port) as daemon:
            eventually(lambda: "moved" in happened(keeper, book, "bench.laser"))
            entry = past(keeper, book, "bench.laser")
            assert entry is not None and entry.addresses == (daemon.uri("bench.laser"), first)
            daemon.process.send_signal(signal.SIGTERM)
            eventually(lambda: happened(keeper, book, "bench.laser")[-1] == "gone")
            offline = past(keeper, book, "bench.laser")
            assert offline is not None and not offline.online and offline.uri == daemon.uri("bench.laser")


def test_one_of_several_processes_writes_and_another_goes_on(keeper: RegistryKeeper, tmp_path: Path):
    other = RegistryKeeper(tmp_path / "registry.sqlite", Identity("c2", "bob@desk"), turn=0.1)
    with phonebook(tmp_path) as book, plain_server() as server:
        book.register("laser", server.uri)
        for each in (keeper, other):
            each.watch([(book.host, book.port)])
        eventually(lambda: past(keeper, book, "laser"))
        assert keeper.remembers(book.host, book.port) and not other.remembers(book.host, book.port)
        entry = past(other, book, "laser")
        assert entry is not None and entry.online
        assert other.history.since(book.address, "laser", server.uri) == entry.since
        keeper.close()
        eventually(lambda: other.remembers(book.host, book.port))
        book.remove("laser")
        eventually(lambda: happened(other, book, "laser") == ["appeared", "gone"])
        other.close()


@pytest.mark.parametrize("storage", ["memory", "sql"])
def test_a_nameserver_that_is_killed_and_restarted(keeper: RegistryKeeper, tmp_path: Path, storage: str):
    kept = "memory" if storage == "memory" else f"sql:{tmp_path / 'names.sqlite'}"
    port = free_port()
    with plain_server() as server, our_daemon(tmp_path, laser_plan("ours", nameservers=("main",)), nameserver=port):
        with phonebook(tmp_path, port=port, storage=kept) as book:
            keeper.watch([(book.host, book.port)])
            book.register("plain.laser", server.uri)
            eventually(lambda: past(keeper, book, "plain.laser") and past(keeper, book, "ours"))
        with phonebook(tmp_path, port=port, storage=kept) as book:
            # The daemon of ours writes itself down again; a plain server does so only where the nameserver has a file.
            eventually(lambda: "ours" in list_entries(book.host, port))
            book.register("z.end", server.uri)
            eventually(lambda: past(keeper, book, "z.end"))
            plain, ours = past(keeper, book, "plain.laser"), past(keeper, book, "ours")
            assert plain is not None and ours is not None and ours.online
            assert plain.online is (storage == "sql")
            expected = ["appeared"] if storage == "sql" else ["appeared", "gone"]
            assert happened(keeper, book, "plain.laser") == expected


def test_what_is_lost_for_too_long_is_taken_out(tmp_path: Path):
    ticks = itertools.count()
    keeper = RegistryKeeper(None, Identity("c1", "ann@desk"), turn=0.05, clock=lambda: 60.0 * next(ticks))
    with phonebook(tmp_path) as book, plain_server() as server:
        keeper.history.set_remove_after(book.address, 1)
        book.register("dead", f"PYRO:laser@127.0.0.1:{free_port()}")
        book.register("live", server.uri)
        keeper.watch([(book.host, book.port)])
        eventually(lambda: "dead" not in list_entries(book.host, book.port))
        eventually(lambda: happened(keeper, book, "dead")[-1] == "removed")
        assert {"live", "Pyro.NameServer"} <= set(list_entries(book.host, book.port))
        entry = past(keeper, book, "dead")
        assert entry is not None and not entry.online
        keeper.close()


# -- writing names down by hand --------------------------------------------------------------------------------------


def test_a_name_is_never_overwritten_silently(tmp_path: Path):
    with phonebook(tmp_path) as book:
        where = (book.host, book.port)
        register_entry(*where, "laser", "PYRO:laser@pc3:41231", ["room 3"])
        assert list_entries(*where)["laser"] == ("PYRO:laser@pc3:41231", ("room 3",))
        register_entry(*where, "laser", "PYRO:laser@pc3:41231")  # it is so already
        with pytest.raises(NameTaken, match="is registered already: it is PYRO:laser@pc3:41231") as taken:
            register_entry(*where, "laser", "PYRO:laser@pc4:1")
        assert taken.value.held == "PYRO:laser@pc3:41231"
        register_entry(*where, "laser", "PYRO:laser@pc4:1", overwrite=True)
        assert list_entries(*where)["laser"][0] == "PYRO:laser@pc4:1"
        assert not remove_entry(*where, "laser", "PYRO:laser@pc3:41231")  # is another one now
        assert remove_entry(*where, "laser", "PYRO:laser@pc4:1")
        assert not remove_entry(*where, "laser")
