"""Nameservers that answer a broadcast are listed, each with where its answer came from; nobody is believed."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from Pyro5 import nameserver

from pyrolab_gui.network.discovery import FoundNameserver, broadcast_addresses, discover, read_answer
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import NameserverPlan
from tests.integration.child_process import ROOT, child, free_port, when_up
from tests.integration.doctor_conditions import can_make_machines, other_machine


@contextlib.contextmanager
def answering(*answers: bytes) -> Iterator[int]:
    """Answer every question with these datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]

        def serve() -> None:
            while True:
                data, sender = sock.recvfrom(100)
                if data == b"end":
                    return
                for answer in answers:
                    sock.sendto(answer, sender)

        thread = threading.Thread(target=serve)
        thread.start()
        yield port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
            ender.sendto(b"end", ("127.0.0.1", port))
        thread.join(5)


def test_pyro5s_own_answer():
    server = nameserver.BroadcastServer(_uri("Pyro.NameServer@127.0.0.1:9090"), "127.0.0.1", 0)
    thread = server.runInThread()
    try:
        (found,) = discover(port=server.getPort(), seconds=0.3, addresses=["127.0.0.1"])
    finally:
        server.running = False
        server.close()
        thread.join(5)
    assert found == FoundNameserver("PYRO:Pyro.NameServer@127.0.0.1:9090", "127.0.0.1", 9090, "127.0.0.1", here=True)
    assert found.sentence == "A nameserver on this PC answers, at 127.0.0.1:9090."


def test_every_answer_is_listed_once_and_nonsense_is_not():
    answers = (
        b"PYRO:Pyro.NameServer@10.0.0.7:9090",
        b"PYRO:Pyro.NameServer@127.0.0.1:9090",
        b"PYRO:laser@127.0.0.1:9090",
        b"PYRO:Pyro.NameServer@./u:/tmp/socket",
        b"\xff\xfe not text",
        b"PYRO:Pyro.NameServer@127.0.0.1:99999999",
        b"",
    )
    with answering(*answers) as port:
        found = discover(port=port, seconds=0.9, addresses=["127.0.0.1"])
    assert [answer.address for answer in found] == ["10.0.0.7:9090", "127.0.0.1:9090"]
    assert [answer.elsewhere for answer in found] == [True, False]
    assert "told by this PC. Use it only if you know both" in found[0].sentence


def test_who_answered_is_said():
    told = FoundNameserver("", "pc7", 9090, "10.0.0.9", elsewhere=True)
    assert "told by 10.0.0.9, which is another machine" in told.sentence
    assert FoundNameserver("", "pc7", 9090, "10.0.0.7").sentence.endswith("Use it only if you know this machine.")


def test_nobody_answers():
    assert discover(port=free_port(), seconds=0.1, addresses=["127.0.0.1"]) == []


def test_nowhere_to_ask():
    with pytest.raises(LabError, match="No nameserver could be searched for: this machine is in no network"):
        discover(seconds=0.1, addresses=[])


def test_where_it_asks():
    addresses = broadcast_addresses()
    assert "255.255.255.255" in addresses
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("data", [b"PYRO:Pyro.NameServer@host", b"PYRONAME:x", b"x" * 900, b"PYRO:@:1"])
def test_what_is_no_answer(data: bytes):
    assert read_answer(data, "10.0.0.1") is None


@pytest.mark.skipif(not can_make_machines(), reason="may not make network namespaces")
def test_a_nameserver_of_ours_on_another_machine(tmp_path: Path):
    port, announced = free_port(), free_port()
    with other_machine() as (machine, here):
        plan = NameserverPlan("main", host=here, ns_port=port, broadcast=True, ns_bcport=announced)
        with child(plan, tmp_path):
            when_up(f"PYRO:Pyro.NameServer@{here}:{port}")
            script = (
                "import json; from pyrolab_gui.network.discovery import discover; "
                f"print(json.dumps([[f.address, f.answered_from, f.elsewhere] for f in discover(port={announced})]))"
            )
            done = subprocess.run(
                ["ip", "netns", "exec", machine, sys.executable, "-c", script],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=30,
            )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[f"{here}:{port}", here, False]]


@pytest.mark.skipif(not can_make_machines(), reason="may not make network namespaces")
def test_what_this_machine_says_on_its_network_and_on_its_loopback_is_one_answer(tmp_path: Path):
    port, announced = free_port(), free_port()
    with other_machine() as (_machine, here):
        plan = NameserverPlan("main", host=here, ns_port=port, broadcast=True, ns_bcport=announced)
        with child(plan, tmp_path):
            when_up(f"PYRO:Pyro.NameServer@{here}:{port}")
            found = discover(port=announced, seconds=0.3, addresses=[here, "127.0.0.1"])
    assert [(answer.address, answer.answered_from, answer.here) for answer in found] == [(f"{here}:{port}", here, True)]


def _uri(location: str):
    from Pyro5 import core

    return core.URI(f"PYRO:{location}")
