"""A child's side of the link, spoken to over a real socket."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pyrolab_gui.hosting import link
from pyrolab_gui.hosting.link import SupervisorLink, process_ident
from pyrolab_gui.wire.child import ServiceStatus
from pyrolab_gui.wire.link import LinkAddress, encode


class Supervisor:
    """The other end: a server whose address stands in a file, and one child at a time."""

    def __init__(self, file: Path, token: str = "secret") -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(10)
        self._child: socket.socket | None = None
        self._lines: Any = None
        file.write_text(LinkAddress("127.0.0.1", self._server.getsockname()[1], token).to_json())

    def hello(self) -> dict[str, Any]:
        self._let_go()
        self._child, _ = self._server.accept()
        self._child.settimeout(10)
        self._lines = self._child.makefile("rb")
        return self.receive()

    def receive(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self._lines.readline())
        return line

    def send(self, kind: str, **values: Any) -> None:
        assert self._child is not None
        self._child.sendall(encode(kind, **values))

    def ended(self) -> bool:
        return bool(self._lines.readline() == b"")

    def close(self) -> None:
        self._let_go()
        self._server.close()

    def _let_go(self) -> None:
        if self._child is not None:
            self._lines.close()
            self._child.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "LONGEST_DELAY", 0.1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "supervisor.json"


@contextlib.contextmanager
def linked(file: Path) -> Iterator[tuple[SupervisorLink, queue.Queue[str]]]:
    stops: queue.Queue[str] = queue.Queue()
    made = SupervisorLink(str(file), "daemon", "optics", lambda: stops.put("stop"))
    made.start()
    try:
        yield made, stops
    finally:
        made.close(5)
    assert not made._thread.is_alive()


def test_hello_says_who_and_the_state_follows_the_welcome(file: Path) -> None:
    with contextlib.closing(Supervisor(file)) as supervisor, linked(file) as (child, _):
        hello = supervisor.hello()
        assert hello == {
            "message": "hello",
            "token": "secret",
            "kind": "daemon",
            "name": "optics",
            "pid": os.getpid(),
            "ident": process_ident(os.getpid()),
        }
        supervisor.send("welcome")
        assert supervisor.receive()["state"] == "starting"
        child.report(
            "running", uri="PYRO:x@h:1", error="e", services=[ServiceStatus("laser", "not-connected", "no", "d")]
        )
        assert supervisor.receive() == {
            "message": "state",
            "state": "running",
            "uri": "PYRO:x@h:1",
            "error": "e",
            "services": [{"name": "laser", "state": "not-connected", "error": "no", "detail": "d", "retry_at": 0.0}],
        }


def test_a_ping_is_answered_and_a_stop_passed_on(file: Path) -> None:
    with contextlib.closing(Supervisor(file)) as supervisor, linked(file) as (_, stops):
        supervisor.hello()
        supervisor.send("welcome")
        supervisor.receive()
        supervisor.send("ping")
        assert supervisor.receive() == {"message": "pong"}
        supervisor.send("something newer")
        supervisor.send("stop")
        assert stops.get(timeout=10) == "stop"


def test_what_is_told_wrongly_does_not_end_the_link(file: Path) -> None:
    told: queue.Queue[Any] = queue.Queue()
    child = SupervisorLink(
        str(file), "daemon", "optics", lambda: None, on_tell=lambda message: told.put(int(message["what"]["number"]))
    )
    with contextlib.closing(Supervisor(file)) as supervisor:
        child.start()
        try:
            supervisor.hello()
            supervisor.send("tell", what={})
            supervisor.send("tell", what={"number": 7})
            assert told.get(timeout=10) == 7
        finally:
            child.close(5)


def test_the_next_supervisor_is_found_and_told_everything(file: Path) -> None:
    with linked(file) as (child, _):
        child.report("running", uri="PYRO:x@h:1")  # before there is any
        for token in ("first", "second"):
            with contextlib.closing(Supervisor(file, token)) as supervisor:
                assert supervisor.hello()["token"] == token
                supervisor.send("welcome")
                assert supervisor.receive()["uri"] == "PYRO:x@h:1"


def test_a_refused_child_waits_for_another_address(file: Path) -> None:
    with contextlib.closing(Supervisor(file)) as first, linked(file):
        first.hello()
        first.send("refused", reason="not mine")
        assert first.ended()
        first._server.settimeout(0.5)
        with pytest.raises(TimeoutError):  # although it looked at the file several times
            first._server.accept()
        with contextlib.closing(Supervisor(file, "other")) as second:
            assert second.hello()["token"] == "other"


def test_the_last_state_is_sent_on_closing(file: Path) -> None:
    with contextlib.closing(Supervisor(file)) as supervisor:
        with linked(file) as (child, _):
            supervisor.hello()
            supervisor.send("welcome")
            supervisor.receive()
            child.report("stopping")
        assert supervisor.receive()["state"] == "stopping"
        assert supervisor.ended()


@pytest.mark.parametrize(
    "content", [None, "", "{", '{"host": "127.0.0.1"}', '{"host":"127.0.0.1","port":1,"token":"t"}']
)
def test_a_file_that_is_missing_or_wrong_is_read_again(file: Path, content: str | None) -> None:
    if content is not None:
        file.write_text(content)
    with linked(file):
        with contextlib.closing(Supervisor(file)) as supervisor:
            assert supervisor.hello()["name"] == "optics"


def test_a_stranger_at_the_address_changes_nothing(file: Path) -> None:
    with contextlib.closing(Supervisor(file)) as stranger, linked(file) as (_, stops):
        stranger.hello()
        stranger._child.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")  # type: ignore[union-attr]
        assert stranger.hello()["name"] == "optics"
        assert stops.empty()


def test_the_ident_is_that_of_the_process_and_of_no_other() -> None:
    assert process_ident(os.getpid()) == process_ident(os.getpid())
    # Of the oldest process there is; two that were started in the same tick differ by their pid alone.
    oldest = min((process.create_time(), process.pid) for process in psutil.process_iter())[1]
    assert process_ident(os.getpid()) != process_ident(oldest)
    with pytest.raises(OSError):
        process_ident(2**22 + 12345)
