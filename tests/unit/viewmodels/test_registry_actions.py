"""What the registry asks of the network: to whom, and that each connection is closed with its answer."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from pyrolab_gui.viewmodels import registry_actions
from pyrolab_gui.viewmodels.registry_actions import RegistryActions
from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress


class Instrument:
    made: list[Instrument]

    def __init__(self, uri, name, identity):
        self.uri, self.name, self.identity = uri, name, identity
        self.asked: list[Any] = []
        self.closed = False
        self.future: Future[Any] = Future()
        self.made.append(self)

    def describe(self):
        return self.future

    def call(self, member, args=()):
        self.asked.append((member, list(args)))
        return self.future

    def close(self):
        self.closed = True


@pytest.fixture
def made(monkeypatch):
    Instrument.made = []
    monkeypatch.setattr(registry_actions, "Instrument", Instrument)
    return Instrument.made


def test_reconnecting_is_asked_of_the_daemon_object(made):
    RegistryActions("me").reconnect("PYRO:cryo.stage@pc7:40110", "cryo.stage")  # type: ignore[arg-type]
    assert (made[0].uri, made[0].asked) == ("PYRO:Pyro.Daemon@pc7:40110", [("reconnect", ["cryo.stage"])])


def test_removing_is_asked_of_the_nameserver(made):
    RegistryActions("me").remove(NameserverAddress("::1", 9090, "main"), "laser")  # type: ignore[arg-type]
    assert (made[0].uri, made[0].asked) == ("PYRO:Pyro.NameServer@[::1]:9090", [("remove", ["laser"])])


@pytest.mark.parametrize("fails", [False, True])
def test_the_connection_ends_with_the_answer(made, fails):
    future = RegistryActions("me").describe("PYRO:laser@localhost:1", "laser")  # type: ignore[arg-type]
    assert not made[0].closed
    if fails:
        future.set_exception(OSError("gone"))
    else:
        future.set_result(None)  # type: ignore[arg-type]
    assert made[0].closed
