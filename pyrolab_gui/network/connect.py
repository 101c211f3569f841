"""The only place that makes a Pyro5 proxy: own socket, own handshake, own TLS; nothing of Pyro5's global config.

A proxy made here never connects again by itself: whoever owns it decides (`network.worker`). Limits: a proxy belongs
to the thread that made it until another one claims it.
"""
# ruff: noqa: SLF001 - the underscore is Pyro5's name for the API of a proxy, not a private mark

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from Pyro5 import client, core, errors, protocol, serializers

from pyrolab_gui.network import sockets
from pyrolab_gui.network.link import Link
from pyrolab_gui.network.tls_faults import ALERT, TlsFault, fault_of, no_tls, not_accepted
from pyrolab_gui.network.ways import Ways
from pyrolab_gui.wire.errors import LabError, NoReply, NotSecure, Unreachable

if TYPE_CHECKING:
    import socket

    from pyrolab_gui.network.trust import Security, Trust

TIMEOUT = 5.0
PLAIN_HELLO = "hello"


class Proxy(client.Proxy):  # type: ignore[misc]
    """A Pyro5 proxy that stays disconnected once it lost its connection."""

    def _Proxy__pyroCreateConnection(self, *_: object) -> bool:  # noqa: N802 - takes the place of Pyro5's private one
        if self._pyroConnection is not None:
            return False
        raise errors.ConnectionClosedError("the connection is closed")


class _Refused(Exception):  # noqa: N818
    """The server answered the handshake with no."""


class _Closed(Exception):  # noqa: N818
    """The server closed the connection instead of answering the handshake."""


class _Strange(Unreachable):
    """The server answers in no way of Pyro5; `alert` says that it speaks TLS for certain."""

    alert = False


class _Insecure(Unreachable):
    """TLS fails in one way."""

    def __init__(self, fault: TlsFault, detail: str) -> None:
        super().__init__(fault.reason, detail)
        self.fault = fault


def open_proxy(
    uri: str,
    *,
    timeout: float = TIMEOUT,
    serializer: str = "msgpack",
    hello: object | None = None,
    trust: Security | None = None,
) -> Proxy:
    """Connect to the object at `uri` and return its proxy, bound, with its metadata.

    Falls back to serpent where the server has no msgpack, and to Pyro5's own handshake where it refuses `hello`.

    Parameters
    ----------
    uri
        ``PYRO:object@host:port`` or ``PYRO:object@./u:path``.
    timeout
        Seconds for the connect and for every later answer, until ``_pyroTimeout`` is set anew.
    serializer
        The one to try first.
    hello
        The handshake (`Identity.hello`); None for Pyro5's own.
    trust
        Certificates: of one lab for TLS alone, `Trusts` for what the server speaks; None for a plain connection.

    Raises
    ------
    Unreachable
        With the sentence that says what is wrong there; `NotSecure` where that is a matter of TLS.
    """
    target = _target(uri)
    if target.sockname:
        return _open(target, timeout, serializer, hello, None)
    ways = Ways(trust, target.host, target.port)
    strange, detail = None, ""
    while ways.left:
        try:
            proxy = _open(target, timeout, serializer, hello, ways.way)
        except _Strange as error:
            strange, detail = error, error.detail
            ways.is_strange(error.alert)
        except _Insecure as error:
            detail = error.detail
            ways.fails(error.fault)
        else:
            ways.fits()
            return proxy
    if ways.fault is not None:
        raise _not_secure(ways.fault, detail)
    raise strange or _no_server(target, detail)


def _target(uri: str) -> core.URI:
    try:
        target = core.URI(uri)
    except errors.PyroError as error:
        raise LabError(f"“{uri}” is not the address of an object.", str(error)) from error
    if target.protocol != "PYRO":
        raise LabError(f"“{uri}” is not the direct address of an object.", "Only PYRO: addresses can be connected to.")
    return target


def _open(target: core.URI, timeout: float, serializer: str, hello: object | None, trust: Trust | None) -> Proxy:
    """Connect in one way: in plain text, or with these certificates."""
    hellos = [PLAIN_HELLO] if hello is None else [hello, PLAIN_HELLO]
    names = [serializer] if serializer == "serpent" else [serializer, "serpent"]
    while True:
        try:
            return _attempt(target, timeout, names[0], hellos[0], trust)
        except _Refused as error:
            reason = str(error)
            if "unknown object" in reason:
                raise unknown_object(target, reason) from None
            hellos.pop(0)
            if not hellos:
                raise Unreachable(f"{_where(target)} refuses the connection: {reason}.", reason) from None
        except _Closed as error:
            names.pop(0)
            if names:
                continue
            if trust is None:
                raise _no_server(target, str(error)) from None
            raise _Insecure(not_accepted(_where(target)), str(error)) from None


def _no_server(target: core.URI, detail: str) -> _Strange:
    return _Strange(f"What listens at {_where(target)} is no Pyro5 server, or it wants TLS.", detail)


def _stranger(connection: Link, target: core.URI, error: Exception) -> _Strange:
    """Return the error for what answers, but not as Pyro5 does."""
    strange = _no_server(target, f"handshake: {error}")
    strange.alert = connection.lately[:1] == bytes([ALERT])
    return strange


def _not_secure(fault: TlsFault, detail: str) -> NotSecure:
    reason = fault.reason
    if reason.startswith("the "):  # else it begins with an address
        reason = f"The {reason[4:]}"
    return NotSecure(f"{reason}.", detail, fault.cause)


def unknown_object(target: core.URI, reason: str = "") -> Unreachable:
    """Return the error for a process that does not host the object asked for."""
    return Unreachable(
        f"The process at {_where(target)} hosts nothing called “{target.object}”; it may be hosted elsewhere now.",
        reason,
    )


def _where(target: core.URI) -> str:
    return target.sockname or f"{target.host}:{target.port}"


def _attempt(target: core.URI, timeout: float, serializer: str, hello: object, trust: Trust | None) -> Proxy:
    if target.sockname:
        sock = sockets.connect_unix(target.sockname, timeout)
    else:
        sock = sockets.connect(target.host, target.port, timeout)
    try:
        if trust is not None:
            sock = _secured(sock, target, trust)
        connection = Link(sock, target.object)
        meta = _handshake(connection, target, serializer, hello, secure=trust is not None)
    except BaseException:
        sock.close()
        raise
    proxy = Proxy(target)
    proxy._pyroSerializer = serializer
    proxy._pyroMethods = set(meta.get("methods", ()))
    proxy._pyroAttrs = set(meta.get("attrs", ()))
    proxy._pyroOneway = set(meta.get("oneway", ()))
    proxy._pyroConnection = connection
    proxy._pyroTimeout = timeout
    return proxy


def _secured(sock: socket.socket, target: core.URI, trust: Trust) -> socket.socket:
    try:
        return trust.context.wrap_socket(sock, server_hostname=target.host)
    except TimeoutError as error:
        raise NoReply(f"{_where(target)} does not answer the TLS handshake.", str(error)) from error
    except (OSError, LabError) as error:
        raise _Insecure(fault_of(error, _where(target)) or no_tls(_where(target)), str(error)) from error


def _handshake(connection: Link, target: core.URI, serializer: str, hello: object, *, secure: bool) -> dict[str, Any]:
    """Introduce ourselves and return the metadata of the object."""
    chosen = serializers.serializers[serializer]
    data = chosen.dumps({"handshake": hello, "object": target.object})
    message = protocol.SendingMessage(protocol.MSG_CONNECT, 0, 0, chosen.serializer_id, data)
    try:
        connection.send(message.data)
        answer = protocol.recv_stub(connection, [protocol.MSG_CONNECTOK, protocol.MSG_CONNECTFAIL])
    except errors.TimeoutError as error:
        raise NoReply(
            f"{_where(target)} takes connections but does not answer: the process hangs or is overloaded.",
            f"handshake: {error}",
        ) from error
    except errors.ConnectionClosedError as error:
        said = error.__cause__
        if secure and isinstance(said, ssl.SSLError) and (fault := fault_of(said, _where(target))):
            raise _Insecure(fault, str(error)) from error  # only now TLS 1.3 tells what it holds of a client
        if connection.lately:
            raise _stranger(connection, target, error) from error
        raise _Closed(f"handshake with {serializer}: {error}") from error
    except errors.ProtocolError as error:
        raise _stranger(connection, target, error) from error
    if answer.type == protocol.MSG_CONNECTFAIL:
        raise _Refused(refusal(answer))
    try:
        content = serializers.serializers_by_id[answer.serializer_id].loads(answer.data)
        meta = content["meta"]
        return dict(meta) if meta else {}
    except Exception as error:
        raise Unreachable(f"The answer of {_where(target)} to the handshake cannot be read.", repr(error)) from error


def refusal(answer: protocol.ReceivingMessage) -> str:
    """Return the reason in a CONNECTFAIL. Pyro5 writes some of them with marshal, which is never loaded here."""
    data = bytes(answer.data or b"")
    if answer.serializer_id == serializers.MarshalSerializer.serializer_id:
        return _marshalled_text(data)
    try:
        return str(serializers.serializers_by_id[answer.serializer_id].loads(data))
    except Exception:  # noqa: BLE001 - whatever the bytes of a stranger do to the parser
        return "no reason given"


def _marshalled_text(data: bytes) -> str:
    kind = bytes([data[0] & 0x7F]) if data else b""
    if kind in (b"z", b"Z"):
        return data[2 : 2 + data[1]].decode("ascii", "replace")
    if kind in (b"u", b"a", b"A"):
        return data[5 : 5 + int.from_bytes(data[1:5], "little")].decode("utf-8", "replace")
    return "no reason given"
