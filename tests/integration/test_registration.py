"""Names stay in a nameserver for as long as their daemon runs, whatever the nameserver does."""

from __future__ import annotations

import contextlib
import queue
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrolab_gui.hosting import registration
from pyrolab_gui.hosting.registration import Entry, Registrar
from pyrolab_gui.wire.plans import NameserverAddress, NameserverPlan
from tests.integration.child_process import child, eventually, free_port, names, proxy, when_up

LASER = Entry("bench.laser", "PYRO:laser@127.0.0.1:1", ("laser", "class:Laser"))
METER = Entry("bench.meter", "PYRO:meter@127.0.0.1:1")
BOTH = {"bench.laser": LASER.uri, "bench.meter": METER.uri}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "CHECK_SECONDS", 0.2)
    monkeypatch.setattr(registration, "GRACE_SECONDS", 0.0)


@pytest.fixture
def port() -> int:
    return free_port()


@contextlib.contextmanager
def nameserver(port: int, folder: Path) -> Iterator[str]:
    uri = f"PYRO:Pyro.NameServer@127.0.0.1:{port}"
    with child(NameserverPlan("lab", host="127.0.0.1", ns_port=port), folder):
        when_up(uri)
        yield uri


@contextlib.contextmanager
def registering(port: int, *entries: Entry) -> Iterator[queue.Queue[str]]:
    problems: queue.Queue[str] = queue.Queue()
    registrar = Registrar({NameserverAddress("lab", "127.0.0.1", port): entries}, problems.put)
    registrar.start()
    try:
        yield problems
    finally:
        registrar.close(5)


def test_entries_are_registered_with_their_metadata_and_taken_out(tmp_path: Path, port: int) -> None:
    with nameserver(port, tmp_path) as uri:
        with registering(port, LASER, METER):
            eventually(lambda: names(port) == BOTH)
            with proxy(uri) as phonebook:
                assert set(phonebook.lookup("bench.laser", return_metadata=True)[1]) == {"laser", "class:Laser"}
        assert names(port) == {}


def test_a_nameserver_that_comes_later_is_told(tmp_path: Path, port: int) -> None:
    with registering(port, LASER, METER) as problems:
        said = problems.get(timeout=10)
        assert said.startswith(f"Not registered with nameserver lab (127.0.0.1:{port}): ")
        with nameserver(port, tmp_path):
            eventually(lambda: names(port) == BOTH)
            assert eventually(lambda: not problems.get(timeout=10))


def test_a_nameserver_that_comes_back_empty_is_told_again(tmp_path: Path, port: int) -> None:
    with registering(port, LASER, METER):
        for _ in range(2):
            with nameserver(port, tmp_path):
                eventually(lambda: names(port) == BOTH)


def test_an_entry_that_somebody_removed_is_put_back(tmp_path: Path, port: int) -> None:
    with nameserver(port, tmp_path) as uri, registering(port, LASER, METER):
        eventually(lambda: names(port) == BOTH)
        with proxy(uri) as phonebook:
            assert phonebook.remove("bench.laser") == 1
        eventually(lambda: names(port) == BOTH)


def test_a_name_whose_object_is_gone_is_taken_over(tmp_path: Path, port: int) -> None:
    with nameserver(port, tmp_path) as uri:
        with proxy(uri) as phonebook:
            phonebook.register("bench.laser", f"PYRO:laser@127.0.0.1:{free_port()}")
        with registering(port, LASER):
            eventually(lambda: names(port) == {"bench.laser": LASER.uri})


def test_a_name_whose_port_belongs_to_something_else_now_is_taken_over(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registration, "TIMEOUT", 0.3)
    with nameserver(port, tmp_path) as uri, socket.create_server(("127.0.0.1", 0)) as silent:
        with proxy(uri) as phonebook:
            phonebook.register("bench.laser", f"PYRO:laser@127.0.0.1:{silent.getsockname()[1]}")
        with registering(port, LASER):
            eventually(lambda: names(port) == {"bench.laser": LASER.uri})


def test_a_name_that_another_object_holds_is_left_to_it_and_reported_once(tmp_path: Path, port: int) -> None:
    with nameserver(port, tmp_path) as uri:
        with proxy(uri) as phonebook:
            phonebook.register("bench.laser", uri)  # the nameserver itself, which surely answers
        with registering(port, LASER, METER) as problems:
            assert problems.get(timeout=10) == f"The name bench.laser is taken by {uri}."
            eventually(lambda: names(port) == {"bench.laser": uri, "bench.meter": METER.uri})
            with proxy(uri) as phonebook:
                phonebook.remove("bench.laser")
            assert problems.get(timeout=10) == ""  # nothing was said in between
            eventually(lambda: names(port) == BOTH)


def test_the_entry_of_another_is_not_taken_out(tmp_path: Path, port: int) -> None:
    with nameserver(port, tmp_path) as uri:
        with registering(port, LASER):
            eventually(lambda: names(port) == {"bench.laser": LASER.uri})
            with proxy(uri) as phonebook:
                phonebook.register("bench.laser", uri)
        assert names(port) == {"bench.laser": uri}


def test_our_own_older_entry_at_the_same_port_is_replaced(tmp_path: Path, port: int) -> None:
    with nameserver(port, tmp_path) as uri:
        with proxy(uri) as phonebook:
            phonebook.register("bench.laser", f"PYRO:Pyro.NameServer@localhost:{port}")
        ours = Entry("bench.laser", f"PYRO:laser@127.0.0.1:{port}")
        with registering(port, ours):
            eventually(lambda: names(port) == {"bench.laser": ours.uri})


def test_closing_is_quick_when_the_nameserver_hangs(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        registrar = Registrar({NameserverAddress("lab", "127.0.0.1", port): [LASER]}, lambda _problem: None)
        registrar.start()
        registrar.close(0.1)
        thread = registrar._keepers[0].thread
    thread.join(10)
    assert not thread.is_alive()
