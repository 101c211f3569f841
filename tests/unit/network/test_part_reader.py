"""A large array comes in parts, several asked for at once; what does not fit drops the connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from Pyro5 import errors, protocol, serializers, socketutil

from pyrolab_gui.network.link import Link
from pyrolab_gui.network.parts import AHEAD, PartReader

MSGPACK = serializers.serializers["msgpack"]
PART_SIZE = 1 << 16
SIZE = (2 * AHEAD + 1) * PART_SIZE + 3
DATA = bytes(range(251)) * (SIZE // 251 + 1)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyrolab_gui.network.parts.FETCH_SIZE", PART_SIZE)


Answer = Callable[[int, int, int], bytes]


def part_of(sequence: int, offset: int, size: int) -> bytes:
    annotations = {"PART": DATA[offset : offset + size]}
    return bytes(protocol.SendingMessage(protocol.MSG_RESULT, 0, sequence, 4, b"\xc0", annotations).data)


@contextmanager
def served(answer: Answer) -> Iterator[tuple[Link, list[int]]]:
    """Serve what is fetched; give the link, and the offsets that were asked for."""
    here, there = socket.socketpair()
    here.settimeout(5)
    link, offsets = Link(here, "laser"), []

    def serve() -> None:
        connection = socketutil.SocketConnection(there)
        try:
            while True:
                message = protocol.recv_stub(connection, [protocol.MSG_INVOKE])
                target, method, (handle, offset, size), _ = MSGPACK.loadsCall(message.data)
                assert (target, method, handle) == ("Pyro.Daemon", "fetch", "h")
                offsets.append(offset)
                connection.send(answer(message.seq, offset, size))
        except (errors.CommunicationError, OSError):
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield link, offsets
    finally:
        link.close()
        thread.join(5)
        assert not thread.is_alive()


def reader(link: Link) -> PartReader:
    return PartReader(link, MSGPACK, lambda message: LookupError(MSGPACK.loads(message.data)))


@pytest.mark.parametrize("size", [1, PART_SIZE, PART_SIZE + 1, SIZE])
def test_the_parts_fill_the_room(size: int) -> None:
    with served(part_of) as (link, offsets):
        room, fetch = bytearray(size), reader(link)
        fetch("h", memoryview(room))
        assert room == DATA[:size]
        assert offsets == list(range(0, size, PART_SIZE))
        assert not fetch.pending


def test_a_refusal_is_raised_and_leaves_answers_on_their_way() -> None:
    def refuse(sequence: int, offset: int, size: int) -> bytes:
        if offset < PART_SIZE:
            return part_of(sequence, offset, size)
        data = MSGPACK.dumps("not held any more")
        return bytes(protocol.SendingMessage(protocol.MSG_RESULT, protocol.FLAGS_EXCEPTION, sequence, 4, data).data)

    with served(refuse) as (link, _):
        fetch = reader(link)
        with pytest.raises(LookupError, match="not held any more"):
            fetch("h", memoryview(bytearray(3 * PART_SIZE)))
        assert fetch.pending


@pytest.mark.parametrize(
    "answer",
    [
        lambda sequence, offset, size: part_of(sequence, offset, size - 1),
        lambda sequence, offset, size: part_of(sequence, offset, 0),
        lambda sequence, offset, size: part_of(sequence + 1, offset, size),
        lambda sequence, offset, size: part_of(sequence, offset, size).replace(b"PART", b"COLS", 1),
        lambda sequence, _offset, _size: protocol.SendingMessage(protocol.MSG_RESULT, 0, sequence, 4, b"\xc0").data,
        lambda sequence, _offset, _size: protocol.SendingMessage(protocol.MSG_PING, 0, sequence, 4, b"").data,
    ],
)
def test_what_is_no_such_part_is_refused(answer: Answer) -> None:
    with served(answer) as (link, _):
        fetch = reader(link)
        with pytest.raises(errors.ProtocolError):
            fetch("h", memoryview(bytearray(2 * PART_SIZE)))
        assert fetch.pending


def test_the_end_in_the_middle() -> None:
    with served(lambda sequence, offset, size: part_of(sequence, offset, size)[:-10]) as (link, _):
        link.settimeout(0.1)
        with pytest.raises(errors.CommunicationError):
            reader(link)("h", memoryview(bytearray(PART_SIZE)))
