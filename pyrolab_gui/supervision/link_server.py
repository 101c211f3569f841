"""The supervisor's end of the link to its children: a loopback server, and one connection per child.

Writes the address file that tells children where to find it, checks the token, and hands messages over. It is built on
asyncio's protocols, not its streams: a stream drops what it has not handed over when the other end dies, and a child's
last words count. Limits: decides nothing about a child; `supervision.child` does. The messages stand in `wire.link`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import secrets
from typing import TYPE_CHECKING, Any, cast

from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.link import MAX_LINE, LinkAddress, decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HELLO_SECONDS = 5.0
_HOST = "127.0.0.1"

logger = logging.getLogger(__name__)


class LinkConnection(asyncio.Protocol):
    """The connection of one child; whoever accepts its hello sets `on_message` and `on_lost`."""

    def __init__(self, server: LinkServer) -> None:
        self.on_message: Callable[[dict[str, Any]], None] = lambda message: None
        self.on_lost: Callable[[], None] = lambda: None
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._greeted = False
        self._patience: asyncio.TimerHandle | None = None

    def send(self, kind: str, **values: Any) -> None:
        """Send one message; nothing happens where the connection is lost."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(encode(kind, **values))

    def close(self) -> None:
        """End the connection when everything is sent."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait a while for the hello."""
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)
        self._patience = asyncio.get_running_loop().call_later(_HELLO_SECONDS, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        """Take one or more lines."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        try:
            for line in lines:
                self._take(decode(line))
            if len(self._buffer) > MAX_LINE:
                raise ValueError("a line too long")
        except ValueError as error:
            logger.debug("link ended: %s", error)
            self._buffer = b""
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell that it is over."""
        if self._patience is not None:
            self._patience.cancel()
        self._server.connections.discard(self)
        self.on_lost()

    def _take(self, message: dict[str, Any]) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._greeted:
            self.on_message(message)
            return
        refusal = self._server.greet(message, self)
        if refusal:
            self.send("refused", reason=refusal)
            self.close()
            return
        self._greeted = True
        if self._patience is not None:
            self._patience.cancel()
        self.send("welcome")


class LinkServer:
    """Listens for children.

    Parameters
    ----------
    address_file
        Where the address is written; it is removed by `close`, unless a later supervisor has written its own.
    on_hello
        Given a hello and its connection, returns why the child is refused, or an empty string. It is called on the
        loop, and sends nothing itself.
    """

    def __init__(self, address_file: Path, on_hello: Callable[[dict[str, Any], LinkConnection], str]) -> None:
        self.connections: set[LinkConnection] = set()
        self._address_file = address_file
        self._on_hello = on_hello
        self._token = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None
        self._address = ""

    async def start(self) -> None:
        """Listen and write the address file.

        Raises
        ------
        OSError
            If that is not possible.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: LinkConnection(self), _HOST, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        try:
            self._address = LinkAddress(_HOST, port, self._token).to_json()
            write_private(self._address_file, self._address, in_place=True)
        except OSError:
            self._server.close()
            raise

    async def close(self) -> None:
        """Stop listening, end all connections and remove the address file."""
        with contextlib.suppress(OSError):
            if self.in_charge():
                self._address_file.unlink()
        if self._server is not None:
            self._server.close()
        for connection in list(self.connections):
            connection.close()
        await asyncio.sleep(0)  # the transports close their sockets in the loop's next round

    def in_charge(self) -> bool:
        """Whether children are led here: no other supervisor has written its address since."""
        try:
            return self._address_file.read_text("utf-8") == self._address
        except OSError:
            return False

    def keep_address(self) -> None:
        """Write the address again where there is none (a later supervisor took it away with it) or a damaged one."""
        try:
            LinkAddress.from_json(self._address_file.read_text("utf-8", "replace"))
        except (OSError, ValueError):
            try:
                write_private(self._address_file, self._address, in_place=True)
            except OSError as error:
                logger.warning("the address file cannot be written: %s", error)

    def greet(self, hello: dict[str, Any], connection: LinkConnection) -> str:
        """Return why who says this hello is refused, or an empty string."""
        token = hello.get("token")
        if hello["message"] != "hello" or not isinstance(token, str):
            return "a hello is expected first"
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return "the token is not that of this supervisor"
        return self._on_hello(hello, connection)
