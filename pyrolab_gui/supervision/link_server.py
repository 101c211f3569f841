"""The supervisor's end of the link to its children: a loopback server, and one connection per child.

Writes the address file that tells children where to find it, checks the token, and hands messages over. Limits: decides
nothing about a child; `supervision.child` does. The protocol stands in `wire.link`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import secrets
from typing import TYPE_CHECKING, Any

from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.link import MAX_LINE, LinkAddress, decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HELLO_SECONDS = 5.0
_HOST = "127.0.0.1"

logger = logging.getLogger(__name__)


class LinkConnection:
    """The connection of one child; whoever accepts its hello sets `on_message` and `on_lost`."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.on_message: Callable[[dict[str, Any]], None] = lambda message: None
        self.on_lost: Callable[[], None] = lambda: None

    def send(self, kind: str, **values: Any) -> None:
        """Send one message; nothing happens where the connection is lost."""
        if not self._writer.is_closing():
            self._writer.write(encode(kind, **values))

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


class LinkServer:
    """Listens for children.

    Parameters
    ----------
    address_file
        Where the address is written; it is removed by `close`, unless a later supervisor has written its own.
    on_hello
        Given a hello and its connection, returns why the child is refused, or an empty string. It is on the loop, and
        sends nothing itself.
    """

    def __init__(self, address_file: Path, on_hello: Callable[[dict[str, Any], LinkConnection], str]) -> None:
        self._address_file = address_file
        self._on_hello = on_hello
        self._token = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen and write the address file.

        Raises
        ------
        OSError
            If that is not possible.
        """
        self._server = await asyncio.start_server(self._accept, _HOST, 0, limit=MAX_LINE)
        port: int = self._server.sockets[0].getsockname()[1]
        try:
            write_private(self._address_file, LinkAddress(_HOST, port, self._token).to_json())
        except OSError:
            self._server.close()
            raise

    async def close(self) -> None:
        """Stop listening, end all connections and remove the address file."""
        with contextlib.suppress(OSError, ValueError):
            if LinkAddress.from_json(self._address_file.read_text("utf-8")).token == self._token:
                self._address_file.unlink()
        if self._server is not None:
            self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer), name="link")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = LinkConnection(writer)
        try:
            # A line that is too long (ValueError), no message, or a lost connection all end it.
            if not await self._greet(reader, connection):
                return
            while line := await reader.readline():
                connection.on_message(decode(line))
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
            logger.debug("link ended: %s", error)
        finally:
            connection.close()
            connection.on_lost()

    async def _greet(self, reader: asyncio.StreamReader, connection: LinkConnection) -> bool:
        async with asyncio.timeout(_HELLO_SECONDS):
            line = await reader.readline()
        if not line:
            return False
        hello = decode(line)
        token = hello.get("token")
        if hello["message"] != "hello" or not isinstance(token, str):
            return False
        known = hmac.compare_digest(token.encode(), self._token.encode())
        refusal = self._on_hello(hello, connection) if known else "the token is not that of this supervisor"
        if refusal:
            connection.send("refused", reason=refusal)
            return False
        connection.send("welcome")
        return True
