"""A plain Pyro5 server, with no code of ours, is driven: with msgpack, and with serpent where it has nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.wire.errors import LabError, NoReply, RemoteFailure, Unreachable
from tests.integration.foreign_servers import Server, no_msgpack_server, plain_server

WAIT = 10.0


@pytest.fixture(scope="module", params=["msgpack", "serpent"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with plain_server() if request.param == "msgpack" else no_msgpack_server() as running:
        yield running


@pytest.fixture
def laser(server: Server) -> Iterator[Instrument]:
    instrument = Instrument(server.uri, "laser", Identity.here())
    yield instrument
    instrument.close()
    assert instrument.join(WAIT)


def test_its_names_are_known(laser: Instrument):
    description = laser.describe().result(WAIT)
    assert not description.described
    power, echo = description.member("power"), description.member("echo")
    assert (power.kind, power.readable, power.writable, power.returns.kind) == ("property", True, True, "any")
    assert [(each.kind, each.type.kind) for each in echo.parameters] == [
        ("var-positional", "any"),
        ("var-keyword", "any"),
    ]
    assert description.member("fire").oneway


def test_it_is_driven(laser: Instrument):
    laser.set("power", 2.5).result(WAIT)
    assert laser.get("power").result(WAIT) == 2.5
    assert laser.call("echo", [1, "a"], {"unit": "nm"}).result(WAIT) == [[1, "a"], {"unit": "nm"}]
    assert laser.call("fire").result(WAIT) is None
    assert laser.call("numbers").result(WAIT) == {1: "one"}
    assert laser.call("sweep", [3]).result(WAIT) == [0.0, 1.0, 2.0]


def test_arrays_and_tuples_go_as_what_it_understands(laser: Instrument):
    assert laser.call("echo", [np.array([1.0, 2.0])]).result(WAIT) == [[[1.0, 2.0]], {}]
    assert laser.call("name_of", [np.float64(1.0)]).result(WAIT) == "float"


def test_a_class_that_only_the_server_has(laser: Instrument):
    with pytest.raises(RemoteFailure) as caught:
        laser.call("fail").result(WAIT)
    assert (caught.value.class_name, caught.value.message) == ("InterlockOpen", "the interlock is open")
    assert "Traceback" in caught.value.detail


def test_an_error_keeps_the_session(laser: Instrument):
    first = laser.get("calls").result(WAIT)
    for member in ("fail", "fail_builtin", "nothing_like_it"):
        with pytest.raises(RemoteFailure):
            laser.call(member).result(WAIT)
    assert laser.get("calls").result(WAIT) == first + 1


def test_a_timeout_of_the_instrument_is_not_one_of_the_link(laser: Instrument):
    with pytest.raises(RemoteFailure, match="the instrument did not answer") as caught:
        laser.call("fail_timeout").result(WAIT)
    assert not isinstance(caught.value, NoReply)
    assert caught.value.class_name == "TimeoutError"


def test_a_missing_argument_is_its_own_error(laser: Instrument):
    with pytest.raises(RemoteFailure, match="missing 1 required positional argument"):
        laser.call("name_of").result(WAIT)


def test_an_object_of_a_class_that_only_the_server_has_arrives_as_a_dict(laser: Instrument):
    assert laser.call("part").result(WAIT) == {"__class__": "__main__.Part", "number": 7}


def test_an_object_with_an_address_of_its_own_arrives_as_the_address(laser: Instrument):
    assert laser.call("itself").result(WAIT) == laser.uri


def test_an_argument_that_cannot_travel_is_refused_here(laser: Instrument):
    with pytest.raises(LabError):
        laser.call("echo", [object]).result(WAIT)
    assert laser.get("power").result(WAIT)


def test_a_call_that_takes_too_long(laser: Instrument):
    began = time.monotonic()
    with pytest.raises(NoReply):
        laser.call("slow", [1.0], timeout=0.2).result(WAIT)
    assert time.monotonic() - began < 0.9
    assert laser.get("power").result(WAIT)


def test_its_end_in_the_middle_of_a_call():
    with plain_server() as mortal:
        laser = Instrument(mortal.uri, "laser", Identity.here())
        laser.get("power").result(WAIT)
        running = laser.call("slow", [20.0])
        mortal.process.kill()
        with pytest.raises(Unreachable):
            running.result(1.0)
        laser.close()
        assert laser.join(WAIT)
