"""A large array fetched in parts, each asked for while those before it are still on their way.

So the server prepares a part while this end reads another. Limits: after a failure the connection is of no use,
because answers may still be on their way (`pending`).
"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

from Pyro5 import errors, protocol

from pyrolab_gui.wire.names import DAEMON_OBJECT, PART_ANNOTATION

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.link import Link

FETCH_SIZE = 4 << 20
"""Bytes of a part. The server sends from where they lie and this end reads them to their place, so that a large part
costs no memory; a small one costs both ends a turn, which a busy computer makes long."""
AHEAD = 4
"""So many parts are on their way at once."""


class PartReader:
    """The `fetch` that `wire.arrays.decode` calls.

    Parameters
    ----------
    link
        The connection that the array was announced on.
    serializer
        Pyro5's, as agreed on for it.
    failure
        Turns a message that says that the call failed into an exception.
    """

    def __init__(self, link: Link, serializer: Any, failure: Callable[[Any], Exception]) -> None:
        self._link = link
        self._serializer = serializer
        self._failure = failure
        self._asked: collections.deque[tuple[int, memoryview]] = collections.deque()
        """Number and place of what was asked for and has not come."""

    @property
    def pending(self) -> bool:
        """Whether answers are still on their way: the next call would take them for its own."""
        return bool(self._asked)

    def __call__(self, handle: str, room: memoryview) -> None:
        """Fill `room` with the bytes of an array.

        Raises
        ------
        Pyro5.errors.CommunicationError
            If the connection fails.
        Exception
            As made by `failure`, where the server refuses.
        """
        offset = 0
        while offset < len(room) or self._asked:
            if offset < len(room) and len(self._asked) <= AHEAD // 2:
                places = [room[at : at + FETCH_SIZE] for at in range(offset, len(room), FETCH_SIZE)]
                places = places[: AHEAD - len(self._asked)]
                self._ask(handle, offset, places)
                offset += sum(map(len, places))
            self._receive(*self._asked[0])
            self._asked.popleft()

    def _ask(self, handle: str, offset: int, places: list[memoryview]) -> None:
        """Ask for several parts at once."""
        requests = b""
        for place in places:
            data = self._serializer.dumpsCall(DAEMON_OBJECT, "fetch", (handle, offset, len(place)), {})
            sequence, request = self._link.message(self._serializer.serializer_id, data)
            requests += request
            self._asked.append((sequence, place))
            offset += len(place)
        self._link.send(requests)

    def _receive(self, sequence: int, place: memoryview) -> None:
        # A failure leaves it among those that are on their way, so that the connection is dropped.
        message = self._link.answer(sequence, place)
        if message.flags & protocol.FLAGS_EXCEPTION:
            raise self._failure(message)
        if message.annotations.get(PART_ANNOTATION) is not place:
            raise errors.ProtocolError("a part of an array has not the size that was asked for")
