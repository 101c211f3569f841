"""Real child processes for tests: started from a plan, ended by their handle, waited for by what they do."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from Pyro5 import client

from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.wire.plans import ChildPlan, NameserverPlan, to_json

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def eventually(look: Callable[[], T], seconds: float = 15.0) -> T:
    """Return what `look` gives as soon as it is true and raises nothing; other processes tell no event of it."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = look()
            if found:
                return found
            problem: object = found
        except Exception as error:  # noqa: BLE001 - it may fail in any way until it is there
            problem = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {problem!r}")
        time.sleep(0.02)


@contextlib.contextmanager
def child(plan: ChildPlan, folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run the child of `plan`; whatever the test does, it is gone afterwards."""
    kind = "nameserver" if isinstance(plan, NameserverPlan) else "daemon"
    file = folder / f"{kind}-{plan.name}-{os.urandom(3).hex()}.json"
    file.write_text(to_json(plan), encoding="utf-8")
    with cli(kind, plan.name, "--plan", str(file), **environment) as process:
        yield process


@contextlib.contextmanager
def cli(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command of ours; whatever the test does, it is gone afterwards."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYRO_", "PYROLAB_GUI_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "pyrolab_gui", *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


@contextlib.contextmanager
def proxy(uri: str, handshake: object = "hello", timeout: float = 5.0) -> Iterator[client.Proxy]:
    """Connect as a plain Pyro5 client."""
    with client.Proxy(uri) as made:
        made._pyroTimeout = timeout
        made._pyroHandshake = handshake
        made._pyroBind()
        yield made


def when_up(uri: str) -> None:
    """Wait until the object at `uri` answers."""

    def answers() -> bool:
        with proxy(uri):
            return True

    eventually(answers)


def names(port: int) -> dict[str, str]:
    """Return what a nameserver on this computer knows, but for itself."""
    found = {name: uri for name, (uri, _) in list_entries("localhost", port).items()}
    found.pop("Pyro.NameServer", None)
    return found


@contextlib.contextmanager
def taken_port() -> Iterator[int]:
    """Occupy a port where a server for ``localhost`` would bind it: that may be ::1 or 127.0.0.1."""
    family, _, _, _, address = socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)[0]
    with socket.create_server((str(address[0]), 0), family=family) as server:
        yield int(server.getsockname()[1])
