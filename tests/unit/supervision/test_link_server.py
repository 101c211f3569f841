"""The supervisor's end of the link, against real sockets: who is let in, and what becomes of nonsense."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import Any

import pytest

from pyrolab_gui.supervision.link_server import LinkServer
from pyrolab_gui.wire.link import MAX_LINE, LinkAddress, decode, encode

LIMIT = 5.0


class Door:
    """Lets in whom it is told to, and keeps what came of it."""

    def __init__(self, refusal=""):
        self.refusal = refusal
        self.hellos = []
        self.connections = []
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.lost = asyncio.Event()
        self.greeted = asyncio.Event()

    def __call__(self, hello, connection):
        self.hellos.append(hello)
        if not self.refusal:
            self.connections.append(connection)
            connection.on_message = self.messages.put_nowait
            connection.on_lost = self.lost.set
            self.greeted.set()
        return self.refusal


def with_server(tmp_path, door_of, talk):
    """Run `talk(door, address, reader, writer)` against a server."""

    async def run():
        door = door_of()
        file = tmp_path / "state" / "supervisor.json"
        server = LinkServer(file, door)
        await server.start()
        address = LinkAddress.from_json(file.read_text())
        reader, writer = await asyncio.open_connection(address.host, address.port)
        try:
            async with asyncio.timeout(LIMIT):
                await talk(door, address, reader, writer)
        finally:
            writer.close()
            await server.close()
        assert not file.exists()

    asyncio.run(run())


def hello(token):
    return encode("hello", token=token, kind="daemon", name="optics", pid=1, ident="")


def test_a_child_with_the_token_is_welcome_and_heard(tmp_path):
    async def talk(door, address, reader, writer):
        writer.write(hello(address.token) + encode("state", state="running"))
        assert decode(await reader.readline()) == {"message": "welcome"}
        assert (await door.messages.get())["state"] == "running"
        door.connections[0].send("stop")
        assert decode(await reader.readline()) == {"message": "stop"}
        writer.close()
        await door.lost.wait()
        door.connections[0].send("ping")  # to nobody: no error

    with_server(tmp_path, Door, talk)


@pytest.mark.parametrize("token", ["", "wrong", "ünïcode", 7, None])
def test_without_the_token_nobody_is_heard(tmp_path, token):
    async def talk(door, address, reader, writer):
        writer.write(hello(token))
        answer = await reader.read()
        assert not answer or decode(answer)["message"] == "refused"
        assert door.hellos == []

    with_server(tmp_path, Door, talk)


def test_a_child_that_is_refused_is_told_why(tmp_path):
    async def talk(door, address, reader, writer):
        writer.write(hello(address.token) + encode("state", state="running"))
        assert decode(await reader.read()) == {"message": "refused", "reason": "there is one already"}
        assert door.messages.empty()

    with_server(tmp_path, lambda: Door("there is one already"), talk)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"{}\n",
        b'{"message":7}\n',
        encode("state"),
        b"x" * (MAX_LINE + 2),
    ],
    ids=["http", "bytes", "list", "empty", "number", "no hello", "too long"],
)
def test_nonsense_ends_the_connection_and_nothing_else(tmp_path, nonsense):
    async def talk(door, address, reader, writer):
        writer.write(nonsense)
        try:
            answer = await reader.read()
        except ConnectionError:
            answer = b""  # the rest of a line that is too long was not read
        assert not answer or decode(answer)["message"] == "refused"
        assert door.hellos == []
        again_reader, again = await asyncio.open_connection(address.host, address.port)
        again.write(hello(address.token))
        assert decode(await again_reader.readline()) == {"message": "welcome"}
        again.close()

    with_server(tmp_path, Door, talk)


def test_the_last_words_of_a_child_that_dies_are_heard(tmp_path):
    async def talk(door, address, reader, writer):
        # It reads nothing, so its end resets the connection: what it said before counts all the same.
        with socket.create_connection((address.host, address.port)) as child:
            child.sendall(hello(address.token))
            await door.greeted.wait()
            child.sendall(encode("state", state="running"))
            child.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await door.lost.wait()
        assert (await door.messages.get())["state"] == "running"

    with_server(tmp_path, Door, talk)


def test_nonsense_after_the_hello_loses_the_connection(tmp_path):
    async def talk(door, address, reader, writer):
        writer.write(hello(address.token) + b"what?\n")
        await door.lost.wait()
        assert door.messages.empty()

    with_server(tmp_path, Door, talk)


def test_closing_keeps_the_address_of_a_later_supervisor(tmp_path):
    async def run():
        file = tmp_path / "supervisor.json"
        first, second = LinkServer(file, Door()), LinkServer(file, Door())
        await first.start()
        await second.start()
        later = file.read_text()
        await first.close()
        assert file.read_text() == later
        await second.close()
        assert not file.exists()

    asyncio.run(run())


@pytest.mark.skipif(sys.platform == "win32", reason="a file as folder is refused otherwise there")
def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        asyncio.run(LinkServer(tmp_path / "file" / "supervisor.json", lambda hello, connection: "").start())
