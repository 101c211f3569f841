"""The control link: death is an event, a halted process is noticed, and what comes back is seen to come back."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pyrolab_gui.network import control, dialing
from pyrolab_gui.network.control import ControlLink
from pyrolab_gui.network.hub import Hub
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.trust import Trust
from pyrolab_gui.wire.health import ProcessLink
from tests.integration.child_process import free_port
from tests.integration.foreign_servers import listener, make_certificate, picky_server, plain_server, tls_server
from tests.integration.network_helpers import Seen, our_daemon

ME = Identity("c1", "ann@desk")
States = Seen[tuple[ProcessLink, str]]
Watch = Callable[..., States]


@pytest.fixture
def watch() -> Iterator[Watch]:
    before = set(threading.enumerate())
    links: list[ControlLink] = []

    def start(port: int, host: str = "127.0.0.1", **options: Any) -> States:
        seen: States = Seen()
        links.append(ControlLink(host, port, seen, identity=ME, **options))
        return seen

    yield start
    for link in links:
        link.close()
        assert link.join(5)
    assert set(threading.enumerate()) == before


def is_state(state: ProcessLink, words: str = "") -> Callable[[tuple[ProcessLink, str]], bool]:
    return lambda seen: seen[0] is state and words in seen[1]


def test_death_is_seen_at_once_and_the_next_life_too(watch: Watch):
    with plain_server() as server:
        seen = watch(server.port)
        seen.until(is_state(ProcessLink.LIVE))
        server.process.kill()
        killed = time.monotonic()
        seen.until(is_state(ProcessLink.UNREACHABLE, "its process has ended"))
        assert time.monotonic() - killed < 1.0  # the poll is every 2 s
    with plain_server(port=server.port):
        serves = time.monotonic()
        seen.until(is_state(ProcessLink.LIVE))
        assert time.monotonic() - serves < 3.0


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be halted there")
def test_a_halted_process_is_noticed_within_six_seconds(watch: Watch):
    with plain_server() as server:
        seen = watch(server.port)
        seen.until(is_state(ProcessLink.LIVE))
        server.process.send_signal(signal.SIGSTOP)
        halted = time.monotonic()
        try:
            seen.until(is_state(ProcessLink.SLOW))
            seen.until(is_state(ProcessLink.NO_REPLY, "hangs"))
            assert time.monotonic() - halted < 6.0
        finally:
            server.process.send_signal(signal.SIGCONT)
        seen.until(is_state(ProcessLink.LIVE))


def test_one_of_ours_tells_its_status(watch: Watch, tmp_path: Path):
    statuses: Seen[dict[str, Any]] = Seen()
    with our_daemon(tmp_path) as daemon:
        seen = watch(daemon.port, on_status=statuses)
        seen.until(is_state(ProcessLink.LIVE))
        status = statuses.until(lambda status: status["services"])
        assert status["name"] == "optics"
        assert status["pid"] == daemon.process.pid
        assert [(each["object_id"], each["state"]) for each in status["services"]] == [("laser", "connected")]


def test_a_name_that_is_given_later_is_told_by_the_link_that_is_there(tmp_path: Path):
    me = Identity("c2", "ann@desk")
    answers: Seen[dict[str, Any]] = Seen()
    with our_daemon(tmp_path) as server:
        states: list[ProcessLink] = []
        link = ControlLink(
            "127.0.0.1", server.port, lambda state, _why: states.append(state), identity=me, on_status=answers
        )
        try:
            answers.until(lambda told: "ann@desk" in str(told["clients"]))
            me.introduce("Beate")
            answers.until(lambda told: "Beate@" in str(told["clients"]) and "ann@desk" not in str(told["clients"]))
            assert states == [ProcessLink.LIVE], "nothing was lost meanwhile"
        finally:
            link.close()
            assert link.join(5)


def test_a_picky_server_is_live_too(watch: Watch):
    with picky_server() as server:
        watch(server.port).until(is_state(ProcessLink.LIVE))


def test_tls(watch: Watch, tmp_path: Path):
    certificate, other = make_certificate(tmp_path, "right"), make_certificate(tmp_path, "wrong")
    if certificate is None or other is None:
        pytest.skip("openssl is not installed")
    with tls_server(certificate) as server:
        watch(server.port, trust=Trust(str(certificate))).until(is_state(ProcessLink.LIVE))
        watch(server.port, trust=Trust(str(other))).until(is_state(ProcessLink.UNREACHABLE, "certificate"))


def test_nothing_listens(watch: Watch):
    port = free_port()
    watch(port).until(is_state(ProcessLink.UNREACHABLE, f"nothing listens at 127.0.0.1:{port}"))


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_something_else_listens(watch: Watch, answer: bytes):
    with listener(answer) as port:
        watch(port).until(is_state(ProcessLink.UNREACHABLE, "what listens at"))


def test_a_process_that_never_answers(watch: Watch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(control, "NO_REPLY_AFTER", 0.1)
    with listener(None) as port:
        watch(port).until(is_state(ProcessLink.NO_REPLY))


def test_a_machine_that_does_not_answer(watch: Watch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dialing, "CONNECT_LIMIT", 0.1)
    # TEST-NET-1, which no machine has; where there is no route at all that is said instead
    watch(9, host="192.0.2.1").until(is_state(ProcessLink.UNREACHABLE, "192.0.2.1:9"))


def test_an_unknown_host(watch: Watch, monkeypatch: pytest.MonkeyPatch):
    import socket

    def unknown(*_args: object, **_kwargs: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    watch(9, host="labpc-7").until(is_state(ProcessLink.UNREACHABLE, "no machine is known by the name labpc-7"))


def test_many_links_share_one_thread():
    hub = Hub("links")
    before = threading.active_count()
    with plain_server() as server:
        seen: States = Seen()
        links = [ControlLink("127.0.0.1", server.port, seen, identity=ME, hub=hub) for _ in range(30)]
        for _ in links:
            seen.until(is_state(ProcessLink.LIVE))
        assert threading.active_count() == before + 1
        links[0].close()
        server.process.kill()
        for _ in links[1:]:
            seen.until(is_state(ProcessLink.UNREACHABLE))
    hub.close()
    assert hub.join(5)


def test_a_callback_that_raises_ends_nothing(watch: Watch, caplog: pytest.LogCaptureFixture):
    good: States = Seen()
    hub = Hub("links")

    def bad(_state: ProcessLink, _reason: str) -> None:
        raise RuntimeError("of the window")

    with plain_server() as server:
        ControlLink("127.0.0.1", server.port, bad, identity=ME, hub=hub)
        ControlLink("127.0.0.1", server.port, good, identity=ME, hub=hub)
        good.until(is_state(ProcessLink.LIVE))
        server.process.kill()
        good.until(is_state(ProcessLink.UNREACHABLE))
    hub.close()
    assert hub.join(5)
    assert "of the window" in caplog.text
