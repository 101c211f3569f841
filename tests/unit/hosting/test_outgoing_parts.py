"""A part of an array goes out in the message that it belongs to, in a form that every Pyro5 client reads."""

from __future__ import annotations

import socket
import threading

import pytest
from Pyro5 import errors, protocol, socketutil

from pyrolab_gui.hosting.service_host import Outgoing

ANSWER = protocol.SendingMessage(protocol.MSG_RESULT, 0, 7, 4, b"\xc0", annotations={"HMAC": b"abc"}).data


class Plain:
    """A socket without ``sendmsg``, as on Windows."""

    def __init__(self, sock: socket.socket) -> None:
        self.sendall = sock.sendall


class Reluctant(Plain):
    """A socket that takes a few bytes at once."""

    takes = 0

    def sendmsg(self, pieces: tuple[bytes, ...]) -> int:
        first = b"".join(pieces)[: self.takes]
        self.sendall(first)
        return len(first)


class Secured(Plain):
    """A TLS socket has the method, but refuses it."""

    def getpeercert(self) -> None: ...

    def sendmsg(self, _pieces: object) -> int:
        raise NotImplementedError


def reluctant(takes: int):
    """Return a maker of sockets that take so many bytes."""
    return type(f"Reluctant{takes}", (Reluctant,), {"takes": takes})


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
@pytest.mark.parametrize("make", [lambda sock: sock, Plain, Secured, *map(reluctant, (0, 5, 48, 60, 61))])
def test_the_part_is_an_annotation_of_its_message(make, size: int) -> None:
    here, there = socket.socketpair()
    with here, there:
        part = bytes(range(256)) * (size // 256 + 1)
        outgoing = Outgoing(make(here))
        outgoing.part = memoryview(part)[:size]

        def send() -> None:
            outgoing.send(ANSWER)
            outgoing.send(ANSWER)

        thread = threading.Thread(target=send)
        thread.start()
        connection = socketutil.SocketConnection(there, keep_open=True)
        first, second = protocol.recv_stub(connection), protocol.recv_stub(connection)
        thread.join(5)
    assert bytes(first.annotations["PART"]) == part[:size]
    assert bytes(first.annotations["HMAC"]) == b"abc"
    assert (first.seq, bytes(first.data)) == (7, b"\xc0")
    assert set(second.annotations) == {"HMAC"}


def test_a_client_that_has_gone_is_said_in_the_words_of_pyro() -> None:
    here, there = socket.socketpair()
    there.close()
    with here:
        outgoing = Outgoing(here)
        outgoing.part = memoryview(bytes(1 << 20))
        with pytest.raises(errors.ConnectionClosedError):
            outgoing.send(ANSWER)
