"""The servers that benchmarks measure: a plain Pyro5 one, and a daemon child of ours."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from pyrolab_gui.network.lab import Lab, Service
from pyrolab_gui.wire.plans import DaemonPlan, NameserverAddress, NameserverPlan, ServicePlan, to_json

ROOT = Path(__file__).resolve().parents[2]
_PAUSE = threading.Event()

PLAIN = """
import sys
from Pyro5 import config
import Pyro5.server

@Pyro5.server.expose
class Echo:
    def read(self, x):
        return x

daemon = Pyro5.server.Daemon(host="127.0.0.1", port=int(sys.argv[1]))
daemon.register(Echo, "echo")
daemon.requestLoop()
"""


# What children of a user have: without it the start of each would compile every module anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def plan_file(folder: Path, port: int, classname: str = "Echo", nameserver_port: int = 0) -> Path:
    """Write the plan of a daemon that hosts one service ``echo``, registered where a nameserver's port is given."""
    known = (NameserverAddress("main", "127.0.0.1", nameserver_port),) if nameserver_port else ()
    names = tuple(address.name for address in known)
    service = ServicePlan("echo", "echo", "services", classname, instancemode="single", nameservers=names)
    plan = DaemonPlan(
        "bench",
        host="127.0.0.1",
        port=port,
        nameservers=known,
        services=(service,),
        search_paths=(str(Path(__file__).parent),),
    )
    file = folder / f"daemon-{port}.json"
    file.write_text(to_json(plan))
    return file


@contextlib.contextmanager
def echo_service(folder: Path, classname: str = "Echo") -> Iterator[tuple[Service, str]]:
    """Run a nameserver and a daemon of ours; give the service through `Lab`, and its URI."""
    nameserver_port, port = free_port(), free_port()
    file = folder / f"nameserver-{nameserver_port}.json"
    file.write_text(to_json(NameserverPlan("main", host="127.0.0.1", ns_port=nameserver_port)))
    command = [sys.executable, "-m", "pyrolab_gui", "nameserver", "main", "--plan", str(file)]
    with (
        running(command, nameserver_port),
        running(our_command(plan_file(folder, port, classname, nameserver_port)), port),
        Lab(f"127.0.0.1:{nameserver_port}") as lab,
    ):
        end = time.monotonic() + 20
        while "echo" not in lab.names():
            if time.monotonic() > end:
                raise TimeoutError("the service was not registered")
            _PAUSE.wait(0.02)
        yield lab["echo"], f"PYRO:echo@127.0.0.1:{port}"


def plain_command(port: int) -> list[str]:
    """Return the command of a bare Pyro5 child."""
    return [sys.executable, "-c", PLAIN, str(port)]


def our_command(plan: Path) -> list[str]:
    """Return the command of a daemon child of ours."""
    return [sys.executable, "-m", "pyrolab_gui", "daemon", "bench", "--plan", str(plan)]


@contextlib.contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; it accepts connections when the block begins."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for_port(port: int, seconds: float = 20.0, pause: float = 0.001) -> None:
    """Return as soon as something listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            _PAUSE.wait(pause)
