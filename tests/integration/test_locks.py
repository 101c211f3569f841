"""A lock belongs to a person, with all their windows and scripts; others ask for it. Real host, real proxies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pyrolab_gui.hosting.service import HostedService
from pyrolab_gui.wire.names import hello
from pyrolab_gui.wire.plans import ServicePlan
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually

pytestmark = pytest.mark.timeout(60)


class Laser:
    """A laser whose sweep waits for the test."""

    go_on = threading.Event()

    @property
    def power(self) -> float:
        """Output power."""
        return 1.0

    def sweep(self) -> int:
        """Sweep."""
        assert self.go_on.wait(20)
        return 1


class Person:
    """The clients of one person."""

    def __init__(self, bench: Bench, name: str) -> None:
        self._bench, self._name = bench, name
        self.laser = self.client("window")
        self.daemon = self.client("window", "Pyro.Daemon")

    def client(self, program: str, what: str = "laser") -> Any:
        proxy = self._bench.proxy(what)
        proxy._pyroHandshake = hello(f"{self._name}'s {program}", f"{self._name}@desk", person=self._name)
        return proxy

    def told(self) -> Any:
        return next(iter(self.daemon.locks()), None)


@pytest.fixture
def bench() -> Iterator[Bench]:
    Laser.go_on = threading.Event()
    with bench_in_thread() as made:
        yield made
        Laser.go_on.set()


def serve(bench: Bench, *, take_over_seconds: float = 0.0, lease: float = 0.2) -> Any:
    plan = ServicePlan("laser", "laser", __name__, "Laser", instancemode="single")
    made = HostedService(plan, Laser, lockable=True, lease_seconds=lease, take_over_seconds=take_over_seconds)
    return bench.register(made)


def locked_out(person: Person) -> bool:
    try:
        _ = person.laser.power
    except ConnectionRefusedError:
        return True
    return False


def test_all_programs_of_a_person_share_a_lock_which_ends_with_the_last_of_them(bench: Bench) -> None:
    serve(bench)
    ada, bob = Person(bench, "Ada"), Person(bench, "bob")
    notebook = Person(bench, " ADA ").client("notebook")
    assert notebook.lock("", "long sweep") is True
    assert ada.laser.power == 1.0
    assert ada.told()["yours"] is True
    assert locked_out(bob)
    with pytest.raises(ConnectionRefusedError, match=r"laser is locked by  ADA @desk: long sweep\."):
        _ = bob.laser.power
    told = bob.told()
    assert (told["owner"], told["purpose"], told["yours"]) == (" ADA @desk", "long sweep", False)
    notebook._pyroRelease()
    assert locked_out(bob), "a window of hers is there"
    ada.laser._pyroRelease()
    ada.daemon._pyroRelease()
    eventually(lambda: not bob.laser.islocked())
    assert bob.laser.lock() is True


def test_a_lock_that_was_taken_until_a_time_outlives_its_owner_until_then(bench: Bench) -> None:
    serve(bench, lease=0.05)
    ada, bob = Person(bench, "ada"), Person(bench, "bob")
    assert ada.laser.lock("", "overnight", 0.8) is True
    ada.laser._pyroRelease()
    eventually(lambda: bench.host.connections == 0)
    until = bob.told()["until"]
    assert locked_out(bob)
    eventually(lambda: not bob.laser.islocked())
    assert time.time() >= until


def test_the_one_who_asks_is_answered(bench: Bench) -> None:
    service = serve(bench)
    ada, bob, eve = Person(bench, "ada"), Person(bench, "bob"), Person(bench, "eve")
    assert ada.laser.lock() is True
    assert bob.daemon.ask_for_lock("laser", "two minutes") is False
    assert bob.daemon.ask_for_lock("laser") is False, "asking twice is asking once"
    [asking] = ada.told()["asking"]
    assert (asking["who"], asking["note"], asking["yours"]) == ("bob@desk", "two minutes", False)
    assert eve.daemon.answer_request("laser", asking["number"], True) is False
    assert ada.daemon.answer_request("laser", asking["number"], False) is True
    assert (bob.told()["asking"], bob.told()["refused"] > 0) == ([], True)
    bob.daemon.ask_for_lock("laser")
    [asking] = ada.told()["asking"]
    assert ada.daemon.answer_request("laser", asking["number"], True) is True
    assert bob.told()["yours"] is True
    assert locked_out(ada)
    assert [(call["who"], call["arguments"]) for call in service.calls.after(0) if "lock" in call["member"]] == [
        ("bob@desk", "given by ada@desk")
    ]
    ada.daemon.ask_for_lock("laser")
    ada.daemon.withdraw_request("laser")
    eve.daemon.ask_for_lock("laser")
    assert bob.laser.unlock() is True
    assert eve.told()["yours"] is True, "who has asked gets what is given back"


def test_an_idle_lock_passes_to_the_one_who_asks_where_the_lab_allows_it(bench: Bench) -> None:
    serve(bench, take_over_seconds=0.4)
    ada, bob = Person(bench, "ada"), Person(bench, "bob")
    assert ada.laser.lock() is True
    running = threading.Thread(target=lambda: ada.client("script").sweep())
    running.start()
    eventually(lambda: bob.told()["idle_since"] == 0.0)
    assert bob.told()["last_call"] == "sweep"
    assert bob.daemon.ask_for_lock("laser") is False
    bob.daemon.sample("laser", "power", 60.0)
    assert bob.told()["due"] == 0.0, "not while a call runs"
    Laser.go_on.set()
    running.join(5)
    due = eventually(lambda: bob.told()["due"])
    eventually(lambda: bob.told()["yours"])
    assert time.time() >= due
    assert locked_out(ada)


def test_a_window_that_gives_a_name_takes_its_lock_along(bench: Bench) -> None:
    serve(bench)
    ada, bob = Person(bench, "pc3"), Person(bench, "bob")
    assert ada.laser.lock() is True
    again = bench.proxy("laser")
    again._pyroHandshake = hello("pc3's window", "Ada@desk", person="Ada")
    assert again.power == 1.0
    assert ada.laser.power == 1.0, "the same window, by another connection"
    assert (bob.told()["owner"], ada.told()["yours"]) == ("Ada@desk", True)
