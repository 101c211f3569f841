"""Servers that are not ours, as real processes: plain Pyro5, and things that are no Pyro5 at all."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PLAIN = """
import sys, time, Pyro5.api, Pyro5.server
from Pyro5 import config, serializers
PRELUDE

class InterlockOpen(Exception):
    pass

class Part:
    def __init__(self):
        self.number = 7

@Pyro5.api.expose
class Laser:
    def __init__(self):
        self._power = 1.0
        self._calls = 0
    @property
    def power(self):
        return self._power
    @power.setter
    def power(self, value):
        self._power = value
    @property
    def calls(self):
        self._calls += 1
        return self._calls
    def echo(self, *args, **kwargs):
        return [list(args), kwargs]
    def name_of(self, value):
        return type(value).__name__
    def slow(self, seconds):
        time.sleep(seconds)
        return "done"
    def sweep(self, n):
        for i in range(n):
            yield float(i)
    def fail(self):
        raise InterlockOpen("the interlock is open")
    def fail_builtin(self):
        raise ValueError("not in range")
    def fail_timeout(self):
        raise TimeoutError("the instrument did not answer")
    def numbers(self):
        return {1: "one"}
    def part(self):
        return Part()
    def itself(self):
        return self
    @Pyro5.api.oneway
    def fire(self):
        pass

daemon = DAEMON
print(daemon.register(Laser, "laser"), flush=True)
daemon.requestLoop()
"""

NO_MSGPACK = 'serializers.serializers.pop("msgpack"); serializers.serializers_by_id.pop(4)'
WITHOUT_NAMES = """
class Picky(Pyro5.server.Daemon):
    def validateHandshake(self, conn, data):
        if data != "hello":
            raise ValueError("only hello")
        return "welcome"
"""


@dataclass
class Server:
    """A running server: its process, and what it printed first."""

    process: subprocess.Popen[str]
    uri: str

    @property
    def port(self) -> int:
        return int(self.uri.rpartition(":")[2])


@contextlib.contextmanager
def script(text: str, *args: str) -> Iterator[Server]:
    """Run a Python program that prints its address once it serves."""
    process = subprocess.Popen(
        [sys.executable, "-c", text, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Server(process, process.stdout.readline().strip())
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def plain_server(prelude: str = "", daemon: str = "", port: int = 0) -> contextlib.AbstractContextManager[Server]:
    """Run a plain Pyro5 server with a laser."""
    made = daemon or f'Pyro5.api.Daemon(host="127.0.0.1", port={port})'
    return script(PLAIN.replace("PRELUDE", prelude).replace("DAEMON", made))


def no_msgpack_server() -> contextlib.AbstractContextManager[Server]:
    """Run a plain Pyro5 server that was installed without msgpack."""
    return plain_server(NO_MSGPACK)


def picky_server() -> contextlib.AbstractContextManager[Server]:
    """Run a plain Pyro5 server that accepts Pyro5's own handshake only."""
    return plain_server(WITHOUT_NAMES, 'Picky(host="127.0.0.1")')


def tls_server(certificate: Path) -> contextlib.AbstractContextManager[Server]:
    """Run a plain Pyro5 server with TLS."""
    key = certificate.with_suffix(".key")
    return plain_server(
        f"config.SSL = True; config.SSL_SERVERCERT = {str(certificate)!r}; config.SSL_SERVERKEY = {str(key)!r}"
    )


def make_certificate(folder: Path, name: str) -> Path | None:
    """Make a self-signed certificate for loopback; None where there is no openssl."""
    if shutil.which("openssl") is None:
        return None
    certificate = folder / f"{name}.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"),
            *("-keyout", str(certificate.with_suffix(".key")), "-out", str(certificate)),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return certificate


@contextlib.contextmanager
def listener(answer: bytes | None) -> Iterator[int]:
    """Listen on a port; answer every connection with those bytes and close it, or (None) never say anything."""
    server = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                sock, _ = server.accept()
            except OSError:
                return
            if answer is None:
                held.append(sock)
                continue
            with sock, contextlib.suppress(OSError):
                sock.recv(65536)
                sock.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        # shutdown wakes accept() on Linux, the connect does elsewhere
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            socket.create_connection(server.getsockname(), 1).close()
        server.close()
        thread.join(5)
        for sock in held:
            sock.close()
