"""The nameserver child: found by plain clients, on all its kinds of storage, ended at once when asked to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from Pyro5 import core, errors

from pyrolab_gui.wire.plans import NameserverPlan
from tests.integration.child_process import ROOT, child, eventually, free_port, names, proxy, when_up

URI = "PYRO:Pyro.NameServer@127.0.0.1:{}"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM")


def _plan(port: int, **more: object) -> NameserverPlan:
    return NameserverPlan("lab", host="127.0.0.1", ns_port=port, **more)  # type: ignore[arg-type]


def test_a_plain_client_locates_it_registers_and_looks_up(tmp_path: Path) -> None:
    port = free_port()
    with child(_plan(port), tmp_path):
        when_up(URI.format(port))
        with core.locate_ns("127.0.0.1", port) as phonebook:
            phonebook._pyroTimeout = 5
            phonebook.register("bench.laser", "PYRO:laser@127.0.0.1:9100", metadata={"laser"})
            assert str(phonebook.lookup("bench.laser")) == "PYRO:laser@127.0.0.1:9100"
            assert list(phonebook.yplookup(meta_all={"laser"})) == ["bench.laser"]
            with pytest.raises(errors.NamingError):
                phonebook.lookup("nobody")


def test_what_is_stored_in_a_file_outlives_a_kill(tmp_path: Path) -> None:
    port = free_port()
    plan = _plan(port, storage=f"sql:{tmp_path / 'names.sqlite'}")
    with child(plan, tmp_path) as process:
        when_up(URI.format(port))
        with proxy(URI.format(port)) as phonebook:
            phonebook.register("bench.laser", "PYRO:laser@127.0.0.1:9100")
        process.kill()
        process.wait(10)
    with child(plan, tmp_path):
        when_up(URI.format(port))
        assert names(port) == {"bench.laser": "PYRO:laser@127.0.0.1:9100"}


@posix
def test_it_ends_at_once_with_status_0_when_terminated(tmp_path: Path) -> None:
    port = free_port()
    with child(_plan(port), tmp_path) as process:
        when_up(URI.format(port))
        with proxy(URI.format(port)):  # an open connection does not hold it up
            process.send_signal(signal.SIGTERM)
            assert process.wait(2) == 0


def test_a_taken_port_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with child(_plan(port), tmp_path) as process:
            output, _ = process.communicate(timeout=20)
    assert output.startswith(f"Port {port} on 127.0.0.1 is already in use by ")
    assert output.endswith(f"(process {os.getpid()}).\n")
    assert process.returncode == 1


def test_an_address_of_another_computer_is_one_sentence(tmp_path: Path) -> None:
    plan = NameserverPlan("lab", host="192.0.2.7", ns_port=free_port())
    with child(plan, tmp_path) as process:
        output, _ = process.communicate(timeout=20)
    assert output == "This computer has no address 192.0.2.7, so nothing can be served there.\n"
    assert process.returncode == 1


@pytest.mark.parametrize("content", [b"not a database at all, but long enough for a header" * 20, None])
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "names.sqlite"
    if content is None:
        file = tmp_path / "no such folder" / "names.sqlite"
    else:
        file.write_bytes(content)
    with child(_plan(free_port(), storage=f"sql:{file}"), tmp_path) as process:
        output, _ = process.communicate(timeout=20)
    assert output.startswith(f"The nameserver's file {file} cannot be used: ")
    assert output.count("\n") == 1
    assert process.returncode == 1


def test_broadcast_on_loopback_is_refused_with_the_reason_and_it_serves(tmp_path: Path) -> None:
    port = free_port()
    with child(_plan(port, broadcast=True), tmp_path) as process:
        when_up(URI.format(port))
        process.kill()
        output, _ = process.communicate(timeout=10)
    assert "Broadcasts are not answered: it is bound to 127.0.0.1" in output


def test_a_broadcast_is_answered_with_an_address(tmp_path: Path) -> None:
    port, broadcast = free_port(), free_port()
    plan = NameserverPlan("lab", host="0.0.0.0", ns_port=port, broadcast=True, ns_bcport=broadcast)
    with child(plan, tmp_path):
        when_up(URI.format(port))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(0.2)

            def answer() -> str:
                asking.sendto(b"GET_NSURI", ("127.0.0.1", broadcast))
                return asking.recv(200).decode()

            assert eventually(answer) == f"PYRO:Pyro.NameServer@127.0.0.1:{port}"


def test_autoclean_survives_entries_without_a_port(tmp_path: Path) -> None:
    port = free_port()
    script = f"""
from Pyro5 import nameserver
from pyrolab_gui.hosting import nameserver_main, runtime
from pyrolab_gui.wire.plans import NameserverPlan
nameserver.AutoCleaner.loop_delay = 0.02
nameserver.AutoCleaner.max_unreachable_time = 0.05
nameserver.AutoCleaner.min_autoclean_value = 0.02
plan = NameserverPlan("lab", host="127.0.0.1", ns_port={port}, ns_autoclean=0.02)
runtime.run_child(lambda: nameserver_main.run(plan))
"""
    with socket.create_server(("127.0.0.1", 0)) as alive:
        live = f"PYRO:x@127.0.0.1:{alive.getsockname()[1]}"
        process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            when_up(URI.format(port))
            with proxy(URI.format(port)) as phonebook:
                phonebook.register("a.socket", "PYRO:x@./u:/nowhere")
                phonebook.register("b.name", "PYRONAME:elsewhere")
                phonebook.register("c.dead", f"PYRO:x@127.0.0.1:{free_port()}")
                phonebook.register("d.alive", live)
            kept = {"a.socket": "PYRO:x@./u:/nowhere", "b.name": "PYRONAME:elsewhere", "d.alive": live}
            eventually(lambda: {name: names(port).get(name) for name in kept} == kept and "c.dead" not in names(port))
        finally:
            process.kill()
            process.wait(10)
