"""What a doctor is asked about: nameservers and daemons as real processes, and devices that somebody holds."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pyrolab_gui.wire.plans import NameserverPlan
from tests.integration.child_process import ROOT, child, free_port, proxy, when_up
from tests.integration.foreign_servers import script


class PortDriver:
    """Opens a device for itself alone, as drivers of serial instruments do."""

    def __init__(self, device: str) -> None:
        import fcntl
        import os

        self._file = os.open(device, os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise OSError(f"Could not exclusively lock port {device}: {error}") from error

    def ask(self) -> str:
        """Fail, as an instrument does that is switched off."""
        raise TimeoutError("the instrument did not answer within 0.1 s")

    def wait(self, seconds: float) -> float:
        """Take a while."""
        import time

        time.sleep(seconds)
        return seconds


class Phonebook:
    """A nameserver's address, and what is written into it by hand."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.address = f"{host}:{port}"

    def register(self, name: str, uri: str, *metadata: str) -> None:
        with proxy(f"PYRO:Pyro.NameServer@{self.address}") as nameserver:
            nameserver.register(name, uri, metadata=sorted(metadata) or None)

    def remove(self, name: str) -> None:
        with proxy(f"PYRO:Pyro.NameServer@{self.address}") as nameserver:
            nameserver.remove(name)


@contextlib.contextmanager
def phonebook(folder: Path, host: str = "127.0.0.1", port: int = 0, storage: str = "memory") -> Iterator[Phonebook]:
    """Run a nameserver of ours."""
    port = port or free_port()
    with child(NameserverPlan("main", host=host, ns_port=port, storage=storage), folder):
        when_up(f"PYRO:Pyro.NameServer@{host}:{port}")
        yield Phonebook(host, port)


SHRINKING = """
import sys, Pyro5.api
@Pyro5.api.expose
class Thing:
    def ask(self): return 1
daemon = Pyro5.api.Daemon(host="127.0.0.1")
@Pyro5.api.expose
class Control:
    def drop(self, name): daemon.unregister(name)
    def add(self, name): daemon.register(Thing, name)
daemon.register(Thing, "thing")
print(daemon.register(Control, "control"), flush=True)
daemon.requestLoop()
"""
"""A plain Pyro5 server whose objects come and go while it lives."""

PYRO4 = """
import socket, struct
server = socket.create_server(("127.0.0.1", 0))
print("PYRO:thing@127.0.0.1:%d" % server.getsockname()[1], flush=True)
while True:
    sock, _ = server.accept()
    with sock:
        if sock.recv(65536):
            data = b"unsupported protocol version"
            head = struct.pack("!4sHHHHiHHHH", b"PYRO", 48, 3, 0, 0, len(data), 1, 0, 0, 0)
            sock.sendall(head + data)
"""
"""Answers as Pyro4 does (protocol 48): a header of its own kind, with a refusal in it."""


def shrinking_server():
    """Run a server whose objects come and go."""
    return script(SHRINKING)


def pyro4_server():
    """Run a server of another version."""
    return script(PYRO4)


@contextlib.contextmanager
def other_machine() -> Iterator[tuple[str, str]]:
    """Make a second machine of this one: a network namespace. Gives its name and this machine's address for it."""
    import os

    number = os.getpid() % 200 + 20
    name, here, there = f"lab{os.getpid()}", f"10.213.{number}.1", f"10.213.{number}.2"
    outside, inside = f"lo{os.getpid() % 100000}", f"li{os.getpid() % 100000}"
    commands = [
        f"ip netns add {name}",
        f"ip link add {outside} type veth peer name {inside}",
        f"ip link set {inside} netns {name}",
        f"ip addr add {here}/24 dev {outside}",
        f"ip link set {outside} up",
        f"ip -n {name} addr add {there}/24 dev {inside}",
        f"ip -n {name} link set {inside} up",
        f"ip -n {name} link set lo up",
    ]
    try:
        for command in commands:
            subprocess.run(command.split(), check=True, capture_output=True, timeout=10)
        yield name, here
    finally:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, timeout=10)
        subprocess.run(["ip", "link", "delete", outside], capture_output=True, timeout=10)


def can_make_machines() -> bool:
    """Whether this user may make network namespaces."""
    if shutil.which("ip") is None:
        return False
    name = "labtest"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, timeout=10).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, timeout=10)
    return made


def command_at(machine: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands on the other machine."""
    return subprocess.run(
        ["ip", "netns", "exec", machine, sys.executable, "-m", "pyrolab_gui", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
