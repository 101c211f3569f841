"""The link gives exactly the bytes that were asked for, however they come, and says how it ended."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from Pyro5 import errors

from pyrolab_gui.network.link import Link


@pytest.fixture
def ends() -> Iterator[tuple[Link, socket.socket]]:
    here, there = socket.socketpair()
    here.settimeout(5)
    link = Link(here, "laser")
    yield link, there
    link.close()
    there.close()


def test_pieces_of_any_size(ends: tuple[Link, socket.socket]):
    link, there = ends
    data = bytes(range(256)) * 2000
    sizes = [6, 34, 1, 0, 70_000, 40, 65_536, 65_537, 100, 200_000]
    thread = threading.Thread(target=there.sendall, args=(data,))
    thread.start()
    offset = 0
    for size in sizes:
        assert bytes(link.recv(size)) == data[offset : offset + size]
        offset += size
    assert bytes(link.recv(len(data) - offset)) == data[offset:]
    thread.join(5)


def test_bytes_that_come_one_by_one(ends: tuple[Link, socket.socket]):
    link, there = ends

    def trickle() -> None:
        for byte in b"PYRO" * 20:
            there.sendall(bytes([byte]))

    thread = threading.Thread(target=trickle)
    thread.start()
    assert bytes(link.recv(3)) + bytes(link.recv(77)) == b"PYRO" * 20
    thread.join(5)


def test_what_was_received_stays(ends: tuple[Link, socket.socket]):
    link, there = ends
    received = []
    for fill in (b"a", b"b"):
        thread = threading.Thread(target=there.sendall, args=(fill * 100_000,))
        thread.start()
        received.append(link.recv(100_000))
        thread.join(5)
    assert [bytes(data[:2]) for data in received] == [b"aa", b"bb"]


@pytest.mark.parametrize("size", [10, 100_000])
def test_the_end_in_the_middle(ends: tuple[Link, socket.socket], size: int):
    link, there = ends
    there.sendall(b"12345")
    there.close()
    with pytest.raises(errors.ConnectionClosedError, match="not enough data"):
        link.recv(size)


def test_nothing_comes(ends: tuple[Link, socket.socket]):
    link, _ = ends
    link.settimeout(0.02)
    with pytest.raises(errors.TimeoutError):
        link.recv(1)
