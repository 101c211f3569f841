"""Messages of Pyro5 are read from whatever pieces a socket gives, and refusals without running marshal on them."""

from __future__ import annotations

import marshal

import pytest
from Pyro5 import errors, protocol, serializers

from pyrolab_gui.network import messages


def message(kind: int, serializer: int, data: bytes) -> bytes:
    return bytes(protocol.SendingMessage(kind, 0, 7, serializer, data, annotations={"ABCD": b"xy"}).data)


def test_bytes_that_come_one_by_one():
    reader = messages.Reader()
    data = message(protocol.MSG_PING, 42, b"pong") + message(protocol.MSG_RESULT, 3, b'{"name": "optics"}')
    found = [each for byte in data for each in reader.feed(bytes([byte]))]
    assert [each.type for each in found] == [protocol.MSG_PING, protocol.MSG_RESULT]
    assert messages.answer(found[0]) is None
    assert messages.answer(found[1]) == {"name": "optics"}


@pytest.mark.parametrize("data", [b"HTTP/1.1 200 OK", b"\x15\x03\x01\x00\x02\x02F", b"SS"])
def test_another_protocol_is_noticed_by_its_first_bytes(data: bytes):
    with pytest.raises(errors.ProtocolError):
        messages.Reader().feed(data)


def test_a_message_too_large_is_refused_before_it_comes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(messages, "MAX_SIZE", 10)
    with pytest.raises(errors.ProtocolError, match="too large"):
        messages.Reader().feed(message(protocol.MSG_RESULT, 3, b'"0123456789"')[: messages.HEADER_SIZE])


@pytest.mark.parametrize("text", ["no free workers", "ä" * 300, "a" * 300])
def test_reasons_in_marshal_are_read_without_it(text: str, monkeypatch: pytest.MonkeyPatch):
    data = message(protocol.MSG_CONNECTFAIL, serializers.MarshalSerializer.serializer_id, marshal.dumps(text))
    monkeypatch.setattr(marshal, "loads", None)
    (refused,) = messages.Reader().feed(data)
    assert messages.accepted(refused) == (False, text, set())


def test_an_answer_to_the_handshake_that_is_nonsense():
    (nonsense,) = messages.Reader().feed(message(protocol.MSG_CONNECTOK, 3, b"[]"))
    with pytest.raises(errors.ProtocolError):
        messages.accepted(nonsense)
