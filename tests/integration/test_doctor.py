"""The doctor says why: every condition is made for real, and told in one sentence with its remedy."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.doctor import Diagnosis, Doctor
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.trust import Trust
from pyrolab_gui.wire.health import Health
from pyrolab_gui.wire.plans import ServicePlan
from pyrolab_gui.wire.remedies import Cause, Remedy
from tests.integration.child_process import eventually, free_port, proxy
from tests.integration.doctor_conditions import Phonebook, phonebook, pyro4_server, shrinking_server
from tests.integration.foreign_servers import (
    listener,
    make_certificate,
    no_msgpack_server,
    picky_server,
    plain_server,
    tls_server,
)
from tests.integration.network_helpers import laser_plan, our_daemon

ME = Identity("c1", "ann@desk")
WAIT = 15.0
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def doctor() -> Iterator[Doctor]:
    before = set(threading.enumerate())
    made = Doctor(ME, timeout=1.0)
    yield made
    made.close()
    assert made.join(5)
    eventually(lambda: set(threading.enumerate()) <= before, 5)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Phonebook]:
    with phonebook(tmp_path) as made:
        yield made


def asked(doctor: Doctor, uri: str, name: str = "bench.laser", nameserver: str = "", **more) -> Diagnosis:
    diagnosis = doctor.examine(uri, name, nameserver, **more).result(WAIT)
    assert diagnosis.sentence.endswith(".") and diagnosis.sentence.count("bench.laser") >= 1
    assert uri in diagnosis.detail
    return diagnosis


# -- no way there ----------------------------------------------------------------------------------------------------


def test_the_host_does_not_resolve(doctor: Doctor):
    found = asked(doctor, "PYRO:laser@no-such-machine.invalid:4000")
    assert (found.code, found.health, found.remedy_key) == (Cause.NO_SUCH_HOST, Health.LOST, Remedy.REMOVE_ENTRY)
    assert "no machine is known by the name no-such-machine.invalid" in found.sentence


def test_nothing_listens(doctor: Doctor):
    port = free_port()
    found = asked(doctor, f"PYRO:laser@127.0.0.1:{port}")
    assert (found.code, found.remedy_key) == (Cause.NOTHING_LISTENS, Remedy.START_DAEMON)
    assert found.sentence == f"bench.laser cannot be reached: nothing listens at 127.0.0.1:{port}."
    assert found.remedy == "Start its daemon"


def test_a_machine_that_is_off(doctor: Doctor, silent_machine: str):
    found = asked(doctor, f"PYRO:laser@{silent_machine}:4000")
    assert found.code is Cause.NO_ANSWER
    assert "off, unplugged or behind a firewall" in found.sentence


@pytest.fixture
def silent_machine() -> Iterator[str]:
    """An address from which no answer comes: a listener on loopback whose queue is full drops what comes next."""
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.9", 4000))
        server.listen(0)
        fillers = []
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.9", 4000))
            fillers.append(filler)
        yield "127.0.0.9"
        for filler in fillers:
            filler.close()


def test_no_address_at_all(doctor: Doctor):
    assert asked(doctor, "PYRONAME:laser").code is Cause.BAD_ADDRESS
    assert asked(doctor, "PYRO:laser@./u:/tmp/laser.sock").code is Cause.UNIX_SOCKET


# -- something listens, and is no Pyro5 --------------------------------------------------------------------------------


def test_a_web_server_is_no_pyro(doctor: Doctor):
    with listener(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        found = asked(doctor, f"PYRO:laser@127.0.0.1:{port}")
    assert found.code is Cause.NOT_PYRO
    assert "is no Pyro5 server (it says “HTTP/1.1 400 Bad Request”)" in found.sentence


def test_what_closes_without_a_word_is_no_pyro(doctor: Doctor):
    with listener(b"") as port:
        assert asked(doctor, f"PYRO:laser@127.0.0.1:{port}").code is Cause.NOT_PYRO


def test_another_version_of_pyro(doctor: Doctor):
    with pyro4_server() as server:
        found = asked(doctor, server.uri)
    assert found.code is Cause.OTHER_VERSION
    assert "is Pyro4; only Pyro5 can be understood" in found.sentence


def test_a_server_that_wants_tls(doctor: Doctor, tmp_path: Path):
    certificate = make_certificate(tmp_path, "lab")
    if certificate is None:
        pytest.skip("no openssl")
    with tls_server(certificate) as server:
        found = asked(doctor, server.uri)
        assert (found.code, found.remedy_key) == (Cause.WANTS_TLS, Remedy.USE_TLS)

        trusting = Doctor(ME, timeout=2.0, trust=Trust(str(certificate)))
        assert asked(trusting, server.uri).code is Cause.WELL
        other = make_certificate(tmp_path, "stranger")
        doubting = Doctor(ME, timeout=2.0, trust=Trust(str(other)))
        assert asked(doubting, server.uri).code is Cause.NOT_TRUSTED
        with plain_server() as plain:
            found = asked(trusting, plain.uri)
            assert (found.code, found.remedy_key) == (Cause.NO_TLS, Remedy.USE_PLAIN)
        for made in (trusting, doubting):
            made.close()
            assert made.join(5)


@POSIX
def test_a_halted_process(doctor: Doctor):
    with plain_server() as server:
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            found = asked(doctor, server.uri)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        assert (found.code, found.health, found.remedy_key) == (Cause.HANGS, Health.NO_REPLY, Remedy.RESTART_DAEMON)
        assert f"process {server.process.pid}" in found.sentence and "was halted" in found.sentence


def test_a_stranger_that_stays_silent(doctor: Doctor):
    with listener(None) as port:
        found = asked(doctor, f"PYRO:laser@127.0.0.1:{port}")
    assert found.code is Cause.HANGS


# -- the daemon answers ------------------------------------------------------------------------------------------------


def test_all_is_well(doctor: Doctor, tmp_path: Path):
    with our_daemon(tmp_path) as daemon, plain_server() as plain, no_msgpack_server() as bare, picky_server() as picky:
        unasked = asked(doctor, daemon.uri())
        assert (unasked.code, unasked.health) == (Cause.NOT_ASKED, Health.NOT_ASKED)
        with proxy(daemon.uri()) as laser:
            laser.total([1.0])
        found = after(Cause.NOT_ASKED, lambda: asked(doctor, daemon.uri()))
        assert (found.code, found.health, found.sentence) == (Cause.WELL, Health.LIVE, "bench.laser answers.")
        for uri in (plain.uri, bare.uri, picky.uri):
            found = asked(doctor, uri)
            assert (found.code, found.health) == (Cause.WELL, Health.NOT_ASKED)
            assert found.sentence == "bench.laser answers; its server does not tell whether the instrument does."


def test_the_object_is_gone_from_a_daemon_that_lives(doctor: Doctor, book: Phonebook):
    with shrinking_server() as server:
        thing = f"PYRO:thing@127.0.0.1:{server.port}"
        book.register("bench.laser", thing)
        book.register("bench.control", server.uri)
        assert asked(doctor, thing, nameserver=book.address).code is Cause.WELL
        with proxy(server.uri) as control:
            control.drop("thing")
            gone = after(Cause.WELL, lambda: asked(doctor, thing, nameserver=book.address))
            assert (gone.code, gone.remedy_key) == (Cause.OBJECT_GONE, Remedy.REMOVE_ENTRY)
            assert "hosts nothing called “thing”" in gone.sentence
            control.add("new.thing")
            renamed = after(Cause.OBJECT_GONE, lambda: asked(doctor, thing, nameserver=book.address))
            assert (renamed.code, renamed.other) == (Cause.RENAMED, "new.thing")
            assert "hosts “new.thing” in its place" in renamed.sentence


def after(cause: Cause, look: Callable[[], Diagnosis]) -> Diagnosis:
    """Return the first diagnosis that is another one: a look at a daemon is believed for a second."""
    found: list[Diagnosis] = []

    def other() -> bool:
        found[:] = [look()]
        return found[0].code is not cause

    eventually(other)
    return found[0]


def test_the_same_object_under_two_names(doctor: Doctor, book: Phonebook):
    with plain_server() as server:
        book.register("bench.laser", server.uri)
        book.register("old.laser", server.uri)
        found = asked(doctor, server.uri, nameserver=book.address)
        book.remove("bench.laser")
        book.register("laser", server.uri)
        own = doctor.examine(server.uri, "laser", book.address).result(WAIT)
    assert (found.code, found.health, found.other) == (Cause.DUPLICATE, Health.NOT_ASKED, "old.laser")
    assert found.sentence.startswith("bench.laser answers;")
    assert found.sentence.endswith("; the same object is registered as “old.laser” too.")
    assert found.remedy_key is Remedy.REMOVE_ENTRY
    assert own.remedy_key is Remedy.SHOW_OTHER  # the object is called so: this entry is not the one too many


def test_a_name_that_was_given_up_for_another(doctor: Doctor, book: Phonebook):
    with plain_server() as server:
        book.register("new.laser", server.uri)
        found = asked(doctor, server.uri, nameserver=book.address)
        assert (found.code, found.other, found.remedy_key) == (Cause.RENAMED, "new.laser", Remedy.SHOW_OTHER)
        book.remove("new.laser")
        lost = after(Cause.RENAMED, lambda: asked(doctor, server.uri, nameserver=book.address))
    assert (lost.code, lost.remedy_key) == (Cause.NOT_REGISTERED, Remedy.REGISTER_AGAIN)
    assert "its object answers" in lost.sentence


def test_an_address_that_has_changed(doctor: Doctor, book: Phonebook):
    with plain_server() as old, plain_server() as new:
        book.register("bench.laser", new.uri)
        found = asked(doctor, old.uri, nameserver=book.address)
    assert (found.code, found.other) == (Cause.MOVED, new.uri)


def test_a_daemon_that_takes_no_more_clients(doctor: Doctor):
    with plain_server("config.THREADPOOL_SIZE = 2; config.THREADPOOL_SIZE_MIN = 1") as server:
        with proxy(server.uri), proxy(server.uri):
            found = asked(doctor, server.uri)
    assert found.code is Cause.FULL


# -- the driver and its instrument -------------------------------------------------------------------------------------


def test_a_driver_that_could_not_open_its_port(doctor: Doctor, tmp_path: Path):
    plan = _port_service(str(tmp_path / "no-such-port"))
    with our_daemon(tmp_path, plan) as daemon:
        found = asked(doctor, daemon.uri("bench.laser"))
    assert (found.code, found.health, found.remedy_key) == (Cause.NOT_CONNECTED, Health.NOT_CONNECTED, Remedy.RECONNECT)
    assert "no-such-port" in found.sentence
    assert "Traceback" in found.detail


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="finds holders on Linux")
def test_a_port_in_use_and_by_whom(doctor: Doctor, tmp_path: Path):
    import fcntl

    leader, follower = os.openpty()
    try:
        device = os.ttyname(follower)
        fcntl.flock(follower, fcntl.LOCK_EX)
        with our_daemon(tmp_path, _port_service(device)) as daemon:
            found = asked(doctor, daemon.uri("bench.laser"))
            assert found.code is Cause.PORT_IN_USE
            assert f"{device} is held by process {os.getpid()}" in found.sentence
    finally:
        os.close(follower)
        os.close(leader)


def test_last_calls_that_failed(doctor: Doctor, tmp_path: Path):
    with our_daemon(tmp_path) as daemon, proxy(daemon.uri()) as laser:
        for _ in range(3):
            with pytest.raises(Exception, match="the door is open"):
                laser.fail()
        found = asked(doctor, daemon.uri())
        assert (found.code, found.health, found.remedy_key) == (Cause.CALLS_FAIL, Health.FAILED, Remedy.SHOW_CALLS)
        assert "its last calls failed" in found.sentence and "the door is open" in found.sentence
        laser.total([1.0])
        assert after(Cause.CALLS_FAIL, lambda: asked(doctor, daemon.uri())).code is Cause.WELL


def test_calls_that_were_refused_say_nothing_of_the_instrument(doctor: Doctor, tmp_path: Path):
    with our_daemon(tmp_path) as daemon, proxy(daemon.uri()) as laser:
        for _ in range(4):
            with pytest.raises(Exception, match="power"):
                laser.power = 99.0
        assert asked(doctor, daemon.uri()).code is Cause.NOT_ASKED


def test_a_session_service_has_not_been_asked(doctor: Doctor, tmp_path: Path):
    with our_daemon(tmp_path, laser_plan("laser", instancemode="session")) as daemon:
        found = asked(doctor, daemon.uri())
    assert (found.code, found.health) == (Cause.NOT_ASKED, Health.NOT_ASKED)


def test_who_uses_it(doctor: Doctor, tmp_path: Path):
    with our_daemon(tmp_path, lockable=True) as daemon, proxy(daemon.uri()) as laser:
        assert laser.lock("bob")
        found = asked(doctor, daemon.uri())
    assert "; in use by bob (" in found.sentence


def test_a_daemon_tells_who_is_connected(tmp_path: Path):
    with our_daemon(tmp_path) as daemon, open_proxy(daemon.uri(), hello=ME.hello()), proxy(daemon.uri()) as plain:
        status = plain._pyroInvoke("status", (), {}, objectId="Pyro.Daemon")
    assert "ann@desk" in status["clients"]
    assert any(who.startswith("127.0.0.1:") for who in status["clients"])


# -- many at once ------------------------------------------------------------------------------------------------------


def test_one_look_serves_all_entries_of_a_daemon(doctor: Doctor):
    with listener(None) as port:
        futures = [doctor.examine(f"PYRO:o{i}@127.0.0.1:{port}", f"o{i}") for i in range(40)]
        done, waiting = concurrent.futures.wait(futures, timeout=15.0)  # one after another it would take 40 s
    assert not waiting
    assert {future.result().code for future in done} == {Cause.HANGS}


def test_a_closed_doctor_leaves_nobody_waiting():
    doctor = Doctor(ME, timeout=30.0)
    with listener(None) as port:
        future = doctor.examine(f"PYRO:laser@127.0.0.1:{port}", "laser")
        doctor.close()
        assert doctor.join(5)
        with pytest.raises(concurrent.futures.CancelledError):
            future.result(1)
        assert doctor.examine("PYRO:laser@127.0.0.1:1", "laser").cancelled()


def _port_service(device: str) -> ServicePlan:
    return ServicePlan(
        "bench.laser",
        "bench.laser",
        "tests.integration.doctor_conditions",
        "PortDriver",
        parameters={"device": device},
        instancemode="single",
    )
