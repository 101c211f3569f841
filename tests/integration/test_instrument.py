"""An instrument on a daemon of ours: values, arrays, refusals, and what happens when the daemon goes away."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.wire.errors import BadArgument, LabError, Locked, NoReply, RemoteFailure, Unreachable
from tests.integration.child_process import eventually, free_port
from tests.integration.network_helpers import OurDaemon, laser_plan, our_daemon

ME = Identity("c1", "ann@desk")
WAIT = 10.0


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OurDaemon]:
    services = (laser_plan(), laser_plan("private", instancemode="session"))
    with our_daemon(tmp_path_factory.mktemp("daemon"), *services, lockable=True) as running:
        yield running


@pytest.fixture
def laser(daemon: OurDaemon) -> Iterator[Instrument]:
    with opened(Instrument(daemon.uri(), "laser", ME)) as instrument:
        yield instrument


@contextlib.contextmanager
def opened(instrument: Instrument) -> Iterator[Instrument]:
    """Close an instrument at the end, whatever the test does, and see that nothing of it is left."""
    try:
        yield instrument
    finally:
        instrument.close()
        assert instrument.join(WAIT)


def test_it_describes_itself(laser: Instrument):
    description = laser.describe().result(WAIT)
    assert description.described
    assert description.instance_mode == "single"
    power = description.member("power")
    assert (power.kind, power.returns.kind, power.setting.le, power.setting.unit) == ("property", "float", 10, "mW")
    assert [choice.value for choice in description.member("mode").setting.choices] == ["cw", "pulsed"]
    assert laser.description == description


def test_values_are_read_written_and_returned(laser: Instrument):
    laser.set("power", 2.5).result(WAIT)
    assert laser.get("power").result(WAIT) == 2.5
    laser.set("mode", "pulsed").result(WAIT)
    assert laser.get("mode").result(WAIT) == "pulsed"
    assert laser.call("sweep", [3]).result(WAIT) == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("n", [0, 5, 131_072, 131_073, 524_289, 3_000_000])
def test_arrays_arrive_as_arrays_below_and_above_one_part(laser: Instrument, n: int):
    trace = laser.call("trace", [n]).result(WAIT)
    assert isinstance(trace, np.ndarray)
    assert trace.dtype == np.float64
    np.testing.assert_array_equal(trace, np.arange(n, dtype=float))


def test_arrays_are_taken_as_arguments(laser: Instrument):
    values = np.linspace(0.0, 1.0, 1001)
    assert laser.call("total", [values]).result(WAIT) == pytest.approx(500.5)
    assert laser.call("total", kwargs={"values": values[::2]}).result(WAIT) == pytest.approx(250.5)


def test_a_bad_argument_names_the_bound(laser: Instrument):
    laser.set("power", 1.0).result(WAIT)
    with pytest.raises(BadArgument, match="power must be at most 10 mW"):
        laser.set("power", 11.0).result(WAIT)
    assert laser.get("power").result(WAIT) == 1.0


def test_a_drivers_error_keeps_class_message_and_traceback(laser: Instrument):
    with pytest.raises(RemoteFailure) as caught:
        laser.call("fail").result(WAIT)
    assert (caught.value.class_name, caught.value.message) == ("InterlockOpen", "the door is open")
    assert "network_drivers.py" in caught.value.detail


def test_an_object_that_is_not_there(daemon: OurDaemon):
    with opened(Instrument(daemon.uri("stage"), "stage", ME)) as instrument:
        with pytest.raises(Unreachable, match="hosts nothing called “stage”"):
            instrument.get("position").result(WAIT)


def test_the_lock_belongs_to_the_client_and_not_to_the_connection(daemon: OurDaemon, laser: Instrument):
    other = Instrument(daemon.uri(), "laser", Identity("c2", "bob@bench"))
    again = Instrument(daemon.uri(), "laser", ME)
    try:
        assert laser.call("lock").result(WAIT) is True
        with pytest.raises(Locked, match="ann@desk"):
            other.get("power").result(WAIT)
        assert again.get("power").result(WAIT)
        assert laser.call("unlock").result(WAIT) is True
        assert other.get("power").result(WAIT)
    finally:
        for instrument in (other, again):
            instrument.close()
            assert instrument.join(WAIT)


def test_a_timeout_drops_the_connection_and_the_next_call_connects(laser: Instrument):
    laser.get("power").result(WAIT)
    began = time.monotonic()
    with pytest.raises(NoReply, match="may still be running"):
        laser.call("slow", [1.5], timeout=0.2).result(WAIT)
    assert time.monotonic() - began < 1.0
    assert laser.get("power").result(WAIT)


def test_abandon_frees_who_waits(laser: Instrument):
    running = laser.call("slow", [1.5])
    eventually(running.running)
    began = time.monotonic()
    laser.abandon()
    with pytest.raises(NoReply, match="No longer waiting"):
        running.result(WAIT)
    assert time.monotonic() - began < 1.0
    assert laser.call("sweep", [1]).result(WAIT) == [0.0]


def test_asking_never_waits_for_the_network(laser: Instrument):
    began = time.monotonic()
    futures: list[Any] = [laser.call("slow", [0.3]), laser.get("power"), laser.describe(), laser.set("power", 1.0)]
    assert time.monotonic() - began < 0.2
    for future in futures:
        future.result(WAIT)


def test_a_session_is_kept_over_calls(daemon: OurDaemon):
    with opened(Instrument(daemon.uri("private"), "private", ME, idle=0.05)) as instrument:
        assert instrument.describe().result(WAIT).instance_mode == "session"
        instrument.set("power", 7.0).result(WAIT)
        threading.Event().wait(0.3)
        assert instrument.get("power").result(WAIT) == 7.0


def test_the_idle_connection_of_a_shared_instrument_is_closed(daemon: OurDaemon):
    with opened(Instrument(daemon.uri(), "laser", ME, idle=0.05)) as instrument:
        instrument.describe().result(WAIT)
        eventually(lambda: not instrument.connected)
        assert instrument.get("power").result(WAIT)


def test_close_leaves_no_thread(daemon: OurDaemon):
    before = set(threading.enumerate())
    instrument = Instrument(daemon.uri(), "laser", ME)
    instrument.get("power").result(WAIT)
    waiting = instrument.call("slow", [0.5])
    instrument.close()
    assert instrument.join(WAIT)
    assert set(threading.enumerate()) == before
    with pytest.raises(Unreachable, match="was closed here"):
        waiting.result(0)


def test_death_in_the_middle_of_a_call(tmp_path: Path):
    with our_daemon(tmp_path) as mortal:
        with opened(Instrument(mortal.uri(), "laser", ME)) as instrument:
            instrument.get("power").result(WAIT)
            running = instrument.call("slow", [30.0])
            eventually(running.running)
            mortal.process.kill()
            killed = time.monotonic()
            with pytest.raises(Unreachable, match="was lost"):
                running.result(WAIT)
            assert time.monotonic() - killed < 0.5
            with pytest.raises(Unreachable, match="Nothing listens"):
                instrument.get("power").result(WAIT)


def test_a_restarted_daemon_is_found_at_its_new_address(tmp_path: Path):
    where: list[str] = []
    with our_daemon(tmp_path) as first:
        where.append(first.uri())
        instrument = Instrument(first.uri(), "laser", ME, resolve=lambda: where[-1])
        instrument.set("power", 3.0).result(WAIT)
    try:
        with our_daemon(tmp_path, port=free_port()) as second:
            where.append(second.uri())
            assert instrument.get("power").result(WAIT) == 1.0
            assert instrument.uri == second.uri()
    finally:
        instrument.close()
        assert instrument.join(WAIT)


def test_a_nameserver_that_is_away_too_does_not_hide_the_reason(tmp_path: Path):
    def resolve() -> str:
        raise LabError("The nameserver is away.")

    with opened(Instrument(f"PYRO:laser@127.0.0.1:{free_port()}", "laser", ME, resolve=resolve)) as instrument:
        with pytest.raises(Unreachable, match="Nothing listens"):
            instrument.get("power").result(WAIT)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be halted there")
def test_a_halted_process_times_out_and_is_back_when_it_goes_on(tmp_path: Path):
    with our_daemon(tmp_path) as halted:
        with opened(Instrument(halted.uri(), "laser", ME)) as instrument:
            instrument.get("power").result(WAIT)
            halted.process.send_signal(signal.SIGSTOP)
            try:
                with pytest.raises(NoReply):
                    instrument.call("sweep", [1], timeout=0.3).result(WAIT)
            finally:
                halted.process.send_signal(signal.SIGCONT)
            assert instrument.get("power").result(WAIT)


def test_a_client_is_disconnected_by_another_and_comes_back_when_it_calls(daemon: OurDaemon, laser: Instrument):
    assert laser.get("power").result(WAIT) >= 0
    with opened(
        Instrument(f"PYRO:Pyro.Daemon@{daemon.uri().partition('@')[2]}", "daemon", Identity("c2", "ben"))
    ) as ben:
        guests = {guest["who"]: guest for guest in ben.call("guests", timeout=WAIT).result(WAIT)}
        assert guests["ann@desk"]["client"] == ".c1" and guests["ann@desk"]["connections"] >= 1
        assert ben.call("disconnect", [".c1"], timeout=WAIT).result(WAIT) == guests["ann@desk"]["connections"]

        def gone() -> bool:
            return "ann@desk" not in [guest["who"] for guest in ben.call("guests", timeout=WAIT).result(WAIT)]

        eventually(gone)
        assert ben.call("disconnect", ["nobody"], timeout=WAIT).result(WAIT) == 0
    with contextlib.suppress(Unreachable):  # what was under way fails once
        laser.get("power").result(WAIT)
    assert laser.get("power").result(WAIT) >= 0
