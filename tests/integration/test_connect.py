"""Connecting: every server that there is in a lab is met, and every failure is a sentence that names the cause."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from Pyro5 import config

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.trust import Trust
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable
from tests.integration.child_process import free_port
from tests.integration.foreign_servers import (
    Server,
    listener,
    make_certificate,
    no_msgpack_server,
    picky_server,
    plain_server,
    tls_server,
)

HELLO = Identity("c1", "ann@desk").hello()


@pytest.fixture(scope="module")
def plain() -> Iterator[Server]:
    with plain_server() as server:
        yield server


def test_a_plain_server_takes_our_handshake_and_msgpack(plain: Server):
    with open_proxy(plain.uri, hello=HELLO) as proxy:
        assert proxy.echo(1.5, unit="nm") == [[1.5], {"unit": "nm"}]
        assert proxy._pyroSerializer == "msgpack"
        assert proxy._pyroAttrs >= {"power"}
        assert proxy._pyroMethods >= {"echo", "slow"}
        assert proxy._pyroOneway == {"fire"}


def test_a_server_without_msgpack_is_spoken_to_in_serpent():
    with no_msgpack_server() as server, open_proxy(server.uri, hello=HELLO) as proxy:
        assert proxy._pyroSerializer == "serpent"
        assert proxy.echo(2) == [[2], {}]


def test_a_server_that_refuses_our_handshake_gets_pyros_own():
    with picky_server() as server, open_proxy(server.uri, hello=HELLO) as proxy:
        assert proxy.power == 1.0


def test_the_handshake_is_not_kept_where_a_serialized_proxy_would_carry_it(plain: Server):
    with open_proxy(plain.uri, hello=HELLO) as proxy:
        assert proxy._pyroHandshake == "hello"


def test_a_lost_connection_is_not_made_again_behind_our_back(plain: Server):
    with open_proxy(plain.uri) as proxy:
        proxy._pyroRelease()
        with pytest.raises(Exception, match="closed"):
            proxy._pyroInvoke("echo", (), {})


def test_nothing_listens():
    port = free_port()
    with pytest.raises(Unreachable, match=f"Nothing listens at 127.0.0.1:{port}"):
        open_proxy(f"PYRO:laser@127.0.0.1:{port}")


def test_the_host_is_not_known(monkeypatch: pytest.MonkeyPatch):
    def unknown(*_args: object, **_kwargs: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="No machine is known by the name “labpc-7”"):
        open_proxy("PYRO:laser@labpc-7:9090")


def test_a_process_that_hangs():
    with listener(None) as port, pytest.raises(NoReply, match="takes connections but does not answer"):
        open_proxy(f"PYRO:laser@127.0.0.1:{port}", timeout=0.2)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", b"", b"SSH-2.0-x\r\n"])
def test_something_else_listens(answer: bytes):
    with listener(answer) as port, pytest.raises(Unreachable, match="is no Pyro5 server"):
        open_proxy(f"PYRO:laser@127.0.0.1:{port}", timeout=2)


def test_the_object_is_not_there(plain: Server):
    with pytest.raises(Unreachable, match="hosts nothing called “stage”"):
        open_proxy(plain.uri.replace("laser", "stage"), hello=HELLO)


@pytest.mark.parametrize("uri", ["laser", "PYRO:laser", "PYRONAME:bench.laser"])
def test_what_is_no_address(uri: str):
    with pytest.raises(LabError, match="is not the"):
        open_proxy(uri)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificates")
    first, second = make_certificate(folder, "first"), make_certificate(folder, "second")
    if first is None or second is None:
        pytest.skip("openssl is not installed")
    return first, second


def test_two_authorities_and_plain_side_by_side(plain: Server, certificates: tuple[Path, Path]):
    first, second = certificates
    with (
        tls_server(first) as one,
        tls_server(second) as two,
        open_proxy(one.uri, trust=Trust(str(first))) as a,
        open_proxy(two.uri, trust=Trust(str(second))) as b,
        open_proxy(plain.uri) as c,
    ):
        assert [a.power, b.power, c.power] == [1.0, 1.0, 1.0]
        assert config.SSL is False


def test_tls_that_does_not_fit(plain: Server, certificates: tuple[Path, Path]):
    first, second = certificates
    with tls_server(first) as server:
        with pytest.raises(Unreachable, match="is of no lab that this computer knows"):
            open_proxy(server.uri, trust=Trust(str(second)), timeout=2)
        with pytest.raises(
            Unreachable, match=r"speaks TLS, and no certificates for it are on this computer|it wants TLS"
        ):
            open_proxy(server.uri, timeout=2)
    with pytest.raises(LabError, match=r"nothing is sent to it in plain text|does not answer the TLS"):
        open_proxy(plain.uri, trust=Trust(str(first)), timeout=1)
