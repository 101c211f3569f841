"""Peers that are silent, slow, too big or speak what is not taken cannot keep anybody else from a host."""

from __future__ import annotations

import contextlib
import marshal
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from Pyro5 import protocol, serializers

from tests.integration.child_process import ROOT, proxy

SERVER = """
import sys
from Pyro5 import server
from pyrolab_gui.wire import host, serializers
host.BEFORE_HANDSHAKE_SECONDS = float(sys.argv[1])
host.configure(servertype=sys.argv[2], threadpool_size=int(sys.argv[3]))
tls = {"certificate": sys.argv[4], "key": sys.argv[5], "ca": sys.argv[4]} if len(sys.argv) > 4 else None
serializers.register()

@server.expose
class Echo:
    def echo(self, value):
        return value

hosted = host.Host(host="127.0.0.1", tls=tls)
print(hosted.register(Echo, "echo"), flush=True)
hosted.requestLoop()
"""


@contextlib.contextmanager
def serving(
    *, seconds: float = 5.0, servertype: str = "thread", threads: int = 8, tls: tuple[str, str] | None = None
) -> Iterator[str]:
    command = [sys.executable, "-c", SERVER, str(seconds), servertype, str(threads), *(tls or ())]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        uri = process.stdout.readline().strip()
        assert uri.startswith("PYRO:echo@")
        yield uri
        assert process.poll() is None, "the server ended"
    finally:
        process.kill()
        process.communicate(timeout=10)


def port_of(uri: str) -> int:
    return int(uri.rsplit(":", 1)[1])


def connect(uri: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port_of(uri)))
    sock.settimeout(8)
    return sock


def message(kind: int, serializer: int, data: bytes, *, flags: int = 0, announced: int | None = None) -> bytes:
    size = len(data) if announced is None else announced
    return (
        struct.pack("!4sHBBHHII16sHH", b"PYRO", 502, kind, serializer, flags, 0, size, 0, b"\0" * 16, 0, 0x4DC5) + data
    )


def read_to_end(sock: socket.socket) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionError):
        while chunk := sock.recv(4096):
            received += chunk
    return received


def serves(uri: str) -> bool:
    with proxy(uri) as echo:
        return bool(echo.echo("still") == "still")


def test_silent_peers_do_not_keep_others_out(open_files: contextlib.ExitStack) -> None:
    with serving(threads=8) as uri:
        for _ in range(7):
            open_files.enter_context(connect(uri))
        assert serves(uri)


def test_silent_peers_that_took_every_thread_are_dropped_after_a_while(open_files: contextlib.ExitStack) -> None:
    with serving(seconds=0.3, threads=4) as uri:
        peers = [open_files.enter_context(connect(uri)) for _ in range(6)]
        for peer in peers:
            assert read_to_end(peer)[:4] in (b"", b"PYRO")  # each is turned away: the test would time out otherwise
        assert serves(uri)


def test_a_peer_that_drips_bytes_is_dropped_in_the_same_time(open_files: contextlib.ExitStack) -> None:
    with serving(seconds=0.4) as uri:
        peer = open_files.enter_context(connect(uri))
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            for byte in message(protocol.MSG_CONNECT, 1, b" " * 200):
                peer.sendall(bytes([byte]))
                peer.settimeout(0.05)
                with contextlib.suppress(TimeoutError):
                    if not peer.recv(100):
                        break
        assert time.monotonic() - began < 5
        assert serves(uri)


def test_an_accepted_client_may_be_silent_for_longer_than_that() -> None:
    with serving(seconds=0.2) as uri, proxy(uri) as first:
        time.sleep(0.4)  # the time itself is what is tested
        assert first.echo(1) == 1


@pytest.mark.parametrize("size", [2_000_000, 900_000_000])
def test_a_greeting_that_is_too_big_is_dropped_unread(open_files: contextlib.ExitStack, size: int) -> None:
    with serving() as uri:
        peer = open_files.enter_context(connect(uri))
        peer.sendall(message(protocol.MSG_CONNECT, 1, b"", announced=size))
        assert read_to_end(peer) == b""
        assert serves(uri)


def test_a_compressed_greeting_may_not_unfold_into_much(open_files: contextlib.ExitStack) -> None:
    with serving() as uri:
        peer = open_files.enter_context(connect(uri))
        greeting = message(protocol.MSG_CONNECT, 1, b"", flags=protocol.FLAGS_COMPRESSED, announced=100_000)
        peer.sendall(greeting)
        assert read_to_end(peer) == b""
        assert serves(uri)


def test_marshal_is_refused_before_it_is_read(open_files: contextlib.ExitStack) -> None:
    with serving() as uri:
        peer = open_files.enter_context(connect(uri))
        data = marshal.dumps({"handshake": "hello", "object": "echo"})
        peer.sendall(message(protocol.MSG_CONNECT, serializers.MarshalSerializer.serializer_id, data))
        answer = read_to_end(peer)
        assert answer[6] == protocol.MSG_CONNECTFAIL
        assert b"marshal is not taken" in answer
        assert serves(uri)


def test_marshal_is_refused_in_calls_too() -> None:
    with serving() as uri, proxy(uri) as echo:
        data = marshal.dumps(("echo", "echo", (1,), {}))
        call = message(protocol.MSG_INVOKE, serializers.MarshalSerializer.serializer_id, data)
        echo._pyroConnection.send(call)
        answer = protocol.recv_stub(echo._pyroConnection)
        assert answer.flags & protocol.FLAGS_EXCEPTION
        assert b"marshal is not taken" in bytes(answer.data)
        assert serves(uri)


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: laser\r\n\r\n" + b"x" * 100,
        b"",
        b"PYRO",
        message(protocol.MSG_CONNECT, 99, b"abc"),
        message(protocol.MSG_CONNECT, 1, b"not a dict"),
        message(protocol.MSG_CONNECT, 4, b"\xc1\xc1\xc1"),
        message(protocol.MSG_CONNECT, 1, b"(" * 5000),
        message(protocol.MSG_INVOKE, 1, b"()"),
        message(protocol.MSG_CONNECT, 1, b"broken", flags=protocol.FLAGS_COMPRESSED),
    ],
    ids=["http", "nothing", "half", "unknown serializer", "text", "bad msgpack", "nested", "call first", "bad zip"],
)
@pytest.mark.parametrize("servertype", ["thread", "multiplex"])
def test_garbage_ends_nothing(open_files: contextlib.ExitStack, garbage: bytes, servertype: str) -> None:
    with serving(seconds=0.3, servertype=servertype) as uri:
        peer = open_files.enter_context(connect(uri))
        with contextlib.suppress(OSError):  # it may have been dropped already
            peer.sendall(garbage)
            peer.shutdown(socket.SHUT_WR)
        read_to_end(peer)
        assert serves(uri)


def test_more_clients_than_threads_are_told_so(open_files: contextlib.ExitStack) -> None:
    with serving(threads=4) as uri, contextlib.ExitStack() as connected:
        for _ in range(4):
            connected.enter_context(proxy(uri))
        one_more = open_files.enter_context(connect(uri))
        greeting = serializers.serializers["serpent"].dumps({"handshake": "hello", "object": "echo"})
        one_more.sendall(message(protocol.MSG_CONNECT, 1, greeting))
        answer = read_to_end(one_more)
        assert answer[6] == protocol.MSG_CONNECTFAIL
        assert b"no free workers" in answer


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make a certificate")
    key, cert = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([openssl, *request.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


@pytest.mark.parametrize(("servertype", "silent"), [("thread", 3), ("multiplex", 1)])
def test_a_peer_that_is_silent_in_the_tls_handshake_keeps_nobody_out(
    open_files: contextlib.ExitStack, certificate: tuple[str, str], servertype: str, silent: int
) -> None:
    with serving(seconds=0.5, tls=certificate, servertype=servertype) as uri:
        for _ in range(silent):
            open_files.enter_context(connect(uri))
        context = ssl.create_default_context(cafile=certificate[0])
        context.load_cert_chain(*certificate)
        peer = context.wrap_socket(open_files.enter_context(connect(uri)), server_hostname="127.0.0.1")
        open_files.enter_context(peer)
        greeting = serializers.serializers["serpent"].dumps({"handshake": "hello", "object": "echo"})
        peer.sendall(message(protocol.MSG_CONNECT, 1, greeting))
        assert peer.recv(40)[6] == protocol.MSG_CONNECTOK


@pytest.fixture
def open_files() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as stack:
        yield stack
