"""A large array fetched in parts, each asked for while those before it are still on their way.

So the server prepares a part while this end reads or copies another. Limits: the part that is returned lies in the
link's scratch memory and is gone with the next call; after a failure the connection is dropped, because an answer may
still be on its way.
"""
# ruff: noqa: SLF001 - the underscore is Pyro5's name for the API of a proxy, not a private mark

from __future__ import annotations

import collections
import math
from typing import TYPE_CHECKING, Any

from Pyro5 import errors, protocol, serializers

from pyrolab_gui.wire.arrays import PART_ANNOTATION
from pyrolab_gui.wire.names import ARRAY_KEY, DAEMON_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.connect import Proxy


AHEAD = 3
"""So many parts are on their way at once."""


class PartReader:
    """The `fetch` that `wire.arrays.decode` calls.

    Parameters
    ----------
    proxy
        The connection that the array was announced on.
    failure
        Turns a message that says that the call failed into an exception.
    """

    def __init__(self, proxy: Proxy, failure: Callable[[protocol.ReceivingMessage], Exception]) -> None:
        self._proxy = proxy
        self._failure = failure
        self._serializer = serializers.serializers[proxy._pyroSerializer]
        self._totals: dict[str, int] = {}
        self._asked: collections.deque[tuple[str, int, int]] = collections.deque()
        """Handle, offset and number of what was asked for and has not come."""

    def expect(self, value: Any) -> None:
        """Note how long each array is that `value` announces."""
        self._totals.update(_lengths(value))

    def __call__(self, handle: str, offset: int, size: int) -> memoryview:
        """Return the part at `offset`."""
        following = self._asked[-1][1] + size if self._asked else offset
        while following < self._totals[handle] and len(self._asked) < AHEAD:
            self._ask(handle, following, size)
            following += size
        return self._receive(handle, offset)

    def close(self) -> None:
        """Drop the connection if answers are still on their way: the next call would take them for its own."""
        if self._asked:
            self._proxy._pyroRelease()

    def _ask(self, handle: str, offset: int, size: int) -> None:
        proxy = self._proxy
        proxy._pyroSeq = (proxy._pyroSeq + 1) & 0xFFFF
        data = self._serializer.dumpsCall(DAEMON_OBJECT, "fetch", (handle, offset, size), {})
        message = protocol.SendingMessage(protocol.MSG_INVOKE, 0, proxy._pyroSeq, self._serializer.serializer_id, data)
        proxy._pyroConnection.send(message.data)
        self._asked.append((handle, offset, proxy._pyroSeq))

    def _receive(self, handle: str, offset: int) -> memoryview:
        # A failure leaves it among those that are on their way, so that the connection is dropped.
        message = protocol.recv_stub(self._proxy._pyroConnection, [protocol.MSG_RESULT])
        if self._asked.popleft() != (handle, offset, message.seq):
            raise errors.ProtocolError("the parts of an array came out of order")
        if message.flags & protocol.FLAGS_EXCEPTION:
            raise self._failure(message)
        return memoryview(message.annotations[PART_ANNOTATION])


def _lengths(value: Any) -> list[tuple[str, int]]:
    """Return handle and length in bytes of each array in `value` that comes in parts."""
    if isinstance(value, list | tuple):
        return [found for item in value for found in _lengths(item)]
    if not isinstance(value, dict):
        return []
    if not (value.get("parts") and isinstance(value.get(ARRAY_KEY), str)):
        return [found for item in value.values() for found in _lengths(item)]
    import numpy

    return [(value[ARRAY_KEY], math.prod(value["shape"]) * numpy.dtype(str(value["dtype"])).itemsize)]
