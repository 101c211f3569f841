"""Pyro5 messages for a socket that never blocks: bytes in, whole messages out; and the few that a control link sends.

Written in JSON, which every Pyro5 server takes. Limits: control messages only, no arrays; large answers are refused.
"""

from __future__ import annotations

from typing import Any

from Pyro5 import errors, protocol, serializers

from pyrolab_gui.network.connect import refusal
from pyrolab_gui.wire.names import DAEMON_OBJECT

HEADER_SIZE = 40
MAX_SIZE = 64 << 20


class Reader:
    """Collects bytes and hands out the messages in them."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[protocol.ReceivingMessage]:
        """Take bytes and return the messages that they complete.

        Raises
        ------
        Pyro5.errors.ProtocolError
            If the other end does not speak Pyro5; the first byte that it said is the second argument.
        """
        self._buffer += data
        messages: list[protocol.ReceivingMessage] = []
        while True:
            if len(self._buffer) < HEADER_SIZE:
                # A greeting in another protocol may be shorter than a header, and no more may come.
                if self._buffer and not b"PYRO".startswith(bytes(self._buffer[:4])):
                    raise errors.ProtocolError("the first bytes are not those of Pyro5", self._buffer[0])
                return messages
            message = protocol.ReceivingMessage(bytes(self._buffer[:HEADER_SIZE]))
            size = message.annotations_size + message.data_size
            if size > MAX_SIZE:
                raise errors.ProtocolError(f"a message of {size} bytes is too large for a control link")
            if len(self._buffer) < HEADER_SIZE + size:
                return messages
            message.add_payload(bytes(self._buffer[HEADER_SIZE : HEADER_SIZE + size]))
            del self._buffer[: HEADER_SIZE + size]
            messages.append(message)


def _json() -> Any:
    return serializers.serializers["json"]


def greeting(hello: object) -> bytes:
    """Return the handshake with a daemon object."""
    data = _json().dumps({"handshake": hello, "object": DAEMON_OBJECT})
    return _bytes(protocol.MSG_CONNECT, 0, _json().serializer_id, data)


def ping(sequence: int) -> bytes:
    """Return a ping, which every server answers."""
    return _bytes(protocol.MSG_PING, sequence, 42, b"ping")


def request(sequence: int, member: str) -> bytes:
    """Return a call of a method of the daemon object without arguments."""
    return _bytes(
        protocol.MSG_INVOKE, sequence, _json().serializer_id, _json().dumpsCall(DAEMON_OBJECT, member, (), {})
    )


def accepted(message: protocol.ReceivingMessage) -> tuple[bool, str, set[str]]:
    """Read the answer to a greeting: whether it was accepted, why not, and the methods of the daemon object.

    Raises
    ------
    Pyro5.errors.ProtocolError
        If it is no such answer.
    """
    if message.type == protocol.MSG_CONNECTFAIL:
        return False, refusal(message), set()
    if message.type != protocol.MSG_CONNECTOK:
        raise errors.ProtocolError(f"a message of type {message.type} instead of an answer to the handshake")
    try:
        content = serializers.serializers_by_id[message.serializer_id].loads(message.data)
        return True, "", {str(method) for method in content["meta"]["methods"]}
    except Exception as error:
        raise errors.ProtocolError(f"the answer to the handshake cannot be read: {error!r}") from error


def answer(message: protocol.ReceivingMessage) -> Any:
    """Return the result in an answer; None where there is none (a pong, an error)."""
    if message.type != protocol.MSG_RESULT or message.flags & protocol.FLAGS_EXCEPTION:
        return None
    try:
        return serializers.serializers_by_id[message.serializer_id].loads(message.data)
    except Exception:  # noqa: BLE001 - whatever the bytes of a stranger do to the parser
        return None


def _bytes(kind: int, sequence: int, serializer: int, data: bytes) -> bytes:
    return bytes(protocol.SendingMessage(kind, 0, sequence & 0xFFFF, serializer, data).data)
