"""One connection to one object: calls on it, decoded here (arrays, streams, exceptions of unknown classes).

Pyro5 itself would drop the connection, and with it a session, when an answer holds a class that it does not know;
here such an exception keeps its name, message and traceback, and such a value arrives as a dict. Limits: for one
thread at a time; never connects again; a stream is collected into a list of at most `MAX_STREAM` items; a
proxy in an answer becomes its URI.
"""
# ruff: noqa: SLF001 - the underscore is Pyro5's name for the API of a proxy, not a private mark

from __future__ import annotations

import contextlib
import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgpack
import serpent
from Pyro5 import client, errors, protocol, serializers

from pyrolab_gui.network import arguments, sockets
from pyrolab_gui.network.connect import TIMEOUT, Proxy, open_proxy, unknown_object
from pyrolab_gui.network.errors import remote_failure, traceback_text, translated
from pyrolab_gui.network.parts import PartReader
from pyrolab_gui.network.serpent_numbers import LARGE, numbers
from pyrolab_gui.wire import arrays
from pyrolab_gui.wire.errors import LabError, NoReply, RemoteFailure
from pyrolab_gui.wire.names import DAEMON_OBJECT

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyrolab_gui.network.trust import Security

MAX_STREAM = 10_000
_SIMPLE = frozenset((float, int, str, bool, type(None)))
_FAILED = protocol.FLAGS_EXCEPTION | protocol.FLAGS_ITEMSTREAMRESULT


@dataclass(slots=True)
class _Stream:
    """An answer that is a stream: to be asked for item by item."""

    id: str


class _StreamEnd(Exception):  # noqa: N818
    pass


class Connection:
    """A bound proxy and what is said over it.

    Parameters
    ----------
    proxy
        As `open_proxy` made it.
    name
        What errors call the other end.
    """

    def __init__(self, proxy: Proxy, name: str) -> None:
        self._proxy = proxy
        self._name = name
        self._object_id = str(proxy._pyroUri.object)
        self._serializer = serializers.serializers[proxy._pyroSerializer]
        self._one_way = frozenset(proxy._pyroOneway)
        self._ours: bool | None = None

    @classmethod
    def open(
        cls,
        uri: str,
        name: str,
        *,
        timeout: float = TIMEOUT,
        serializer: str = "msgpack",
        hello: object | None = None,
        trust: Security | None = None,
    ) -> Connection:
        """Connect to the object at `uri`. Parameters and errors are those of `open_proxy`."""
        return cls(open_proxy(uri, timeout=timeout, serializer=serializer, hello=hello, trust=trust), name)

    @property
    def uri(self) -> str:
        """The address of the object."""
        return str(self._proxy._pyroUri)

    @property
    def object_id(self) -> str:
        """The object's name at its daemon."""
        return self._object_id

    @property
    def serializer(self) -> str:
        """What both ends have agreed on."""
        return str(self._proxy._pyroSerializer)

    @property
    def secure(self) -> bool:
        """Whether it is encrypted, both ends being known to each other."""
        return isinstance(self._socket(), ssl.SSLSocket)

    @property
    def methods(self) -> set[str]:
        """Names of the object's methods."""
        return set(self._proxy._pyroMethods)

    @property
    def attributes(self) -> set[str]:
        """Names of the object's properties."""
        return set(self._proxy._pyroAttrs)

    @property
    def oneway(self) -> set[str]:
        """Names of the methods that give no answer."""
        return set(self._one_way)

    @property
    def open_here(self) -> bool:
        """Whether this end has not dropped it (a timeout and a lost link do)."""
        return self._proxy._pyroConnection is not None

    @property
    def ended(self) -> bool:
        """Whether it is of no use any more: dropped here, or closed by the other end while idle."""
        sock = self._socket()
        return sock is None or sockets.ended(sock)

    @property
    def ours(self) -> bool:
        """Whether the daemon is one of ours: it describes its services and takes arrays. Asked once.

        Raises
        ------
        LabError
            If it cannot be asked.
        """
        if self._ours is None:
            try:
                known = self.daemon("get_metadata", DAEMON_OBJECT)
            except RemoteFailure:
                known = None
            self._ours = isinstance(known, dict) and "describe" in (known.get("methods") or ())
        return self._ours

    def set_timeout(self, seconds: float) -> None:
        """Set how long each later answer may take."""
        if self._proxy._pyroTimeout != seconds:
            self._proxy._pyroTimeout = seconds

    def close(self) -> None:
        """Drop it. Any thread may, while no other is using it."""
        self._drop()

    def interrupt(self) -> None:
        """Make the call that waits in another thread fail at once."""
        sock = self._socket()
        if sock is not None:
            sockets.interrupt(sock)

    def call(
        self,
        member: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        on_item: Callable[[Any], None] | None = None,
    ) -> Any:
        """Call a method of the object.

        With `on_item` a stream is handed over item by item, for as long as it goes on: each item has the time that an
        answer has, and of very many the last ones are returned.

        Raises
        ------
        LabError
            Whatever fails, in words.
        """
        values = tuple([value if type(value) in _SIMPLE else self._plain(value) for value in args])
        named = {key: self._plain(value) for key, value in kwargs.items()} if kwargs else {}
        value = self._invoke(member, values, named)
        return self._collected(value) if on_item is None else self._handed_over(value, on_item)

    def call_lazily(self, member: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        """Call a method; a stream is returned as a generator, which asks for each item when it is wanted.

        Raises what `call` raises, the generator too.
        """
        values, named = (
            tuple(self._plain(value) for value in args),
            {k: self._plain(v) for k, v in (kwargs or {}).items()},
        )
        value = self._invoke(member, values, named)
        return self._items(value) if type(value) is _Stream else value

    def _items(self, stream: _Stream) -> Iterator[Any]:
        ended = False
        try:
            while True:
                yield self.daemon("get_next_stream_item", stream.id)
        except _StreamEnd:
            ended = True
        finally:
            if not ended and self.open_here:
                with contextlib.suppress(LabError):
                    self.daemon("close_stream", stream.id)

    def get(self, member: str) -> Any:
        """Read a property. Raises what `call` raises."""
        return self._collected(self._invoke("__getattr__", (member,), None))

    def put(self, member: str, value: Any) -> None:
        """Write a property. Raises what `call` raises."""
        self._invoke("__setattr__", (member, self._plain(value)), None)

    def daemon(self, member: str, *args: Any) -> Any:
        """Call a method of the object's daemon. Raises what `call` raises."""
        return self._invoke(member, args, {}, DAEMON_OBJECT)

    def daemon_annotated(self, member: str, *args: Any) -> tuple[Any, Mapping[str, Any]]:
        """Call a method of the object's daemon; return answer and annotations. Raises what `call` raises."""
        message = self._exchange(member, args, {}, DAEMON_OBJECT)
        return self._answer(message), message.annotations

    def _socket(self) -> socket.socket | None:
        connection = self._proxy._pyroConnection
        return None if connection is None else connection.sock

    def _plain(self, value: Any) -> Any:
        in_bytes = arguments.has_array(value) and self._proxy._pyroSerializer == "msgpack" and self.ours
        return arguments.plain(value, in_bytes)

    def _invoke(
        self, member: str, args: tuple[Any, ...], kwargs: Mapping[str, Any] | None, target: str | None = None
    ) -> Any:
        message = self._exchange(member, args, kwargs, target)
        return None if message is None else self._answer(message)

    def _exchange(
        self, member: str, args: tuple[Any, ...], kwargs: Mapping[str, Any] | None, target: str | None
    ) -> Any:
        """Send a request and return the message that answers it; None for a one-way call."""
        link = self._proxy._pyroConnection
        try:
            if link is None:
                raise errors.ConnectionClosedError("the connection is closed")
            data = self._serializer.dumpsCall(target or self._object_id, member, args, kwargs)
        except Exception as error:
            raise translated(error, self._name) from error
        try:
            if member in self._one_way and target is None:
                link.request(self._serializer.serializer_id, data, protocol.FLAGS_ONEWAY)
                return None
            return link.answer(link.request(self._serializer.serializer_id, data))
        except BaseException as error:
            self._drop()  # an answer that comes now would be taken for that of the next call
            if not isinstance(error, Exception):
                raise
            raise translated(error, self._name) from error

    def _drop(self) -> None:
        self._proxy._pyroClaimOwnership()
        self._proxy._pyroRelease()

    def _answer(self, message: protocol.ReceivingMessage) -> Any:
        if message.flags & _FAILED:
            if message.flags & protocol.FLAGS_ITEMSTREAMRESULT:
                stream = bytes(message.annotations.get("STRM", b"")).decode()
                if not stream:
                    raise LabError(f"{self._name} answers with a stream, but its server does not allow streams.")
                return _Stream(stream)
            raise self._failure(message)
        value = self._value(message)
        if type(value) in _SIMPLE:
            return value
        if isinstance(value, client.Proxy):
            return str(value._pyroUri)
        return self._with_arrays(value, message.annotations) if message.annotations else value

    def _with_arrays(self, value: Any, annotations: Mapping[str, Any]) -> Any:
        """Put the arrays that came beside an answer, or are still to be fetched, to their places in it."""
        reader = PartReader(self._proxy._pyroConnection, self._serializer, self._failure)
        try:
            return arrays.decode(value, annotations, reader)
        except LabError:
            raise
        except errors.CommunicationError as error:
            raise translated(error, self._name) from error
        except Exception as error:
            raise LabError(f"An array from {self._name} cannot be read.", repr(error)) from error
        finally:
            if reader.pending:
                self._drop()

    def _collected(self, value: Any) -> Any:
        if type(value) is not _Stream:
            return value
        items: list[Any] = []
        timeout = self._proxy._pyroTimeout
        deadline = time.monotonic() + timeout if timeout else float("inf")
        try:
            while len(items) < MAX_STREAM:
                items.append(self.daemon("get_next_stream_item", value.id))
                if time.monotonic() > deadline:
                    self.close()
                    raise NoReply(f"{self._name} still sends values after {timeout:g} s; {len(items)} had come.")
        except _StreamEnd:
            return items
        self.daemon("close_stream", value.id)
        return items

    def _handed_over(self, value: Any, on_item: Callable[[Any], None]) -> Any:
        if type(value) is not _Stream:
            return value
        items: deque[Any] = deque(maxlen=MAX_STREAM)
        try:
            while True:
                items.append(self.daemon("get_next_stream_item", value.id))
                on_item(items[-1])
        except _StreamEnd:
            return list(items)

    def _value(self, message: protocol.ReceivingMessage) -> Any:
        serializer = self._serializer
        if message.serializer_id != serializer.serializer_id:
            raise LabError(f"{self._name} answers in another format than it was asked in.")
        if len(message.data) > LARGE and serializer.serializer_id == serializers.SerpentSerializer.serializer_id:
            with contextlib.suppress(ValueError, RecursionError):
                return numbers(message.data)
        try:
            return serializer.loads(message.data)
        except Exception as error:  # noqa: BLE001 - classes that this end does not have, and nonsense
            try:
                return _without_classes(serializer, message.data)
            except Exception:  # noqa: BLE001 - nonsense indeed
                raise LabError(f"The answer of {self._name} cannot be read: {error}", repr(error)) from error

    def _failure(self, message: protocol.ReceivingMessage) -> Exception:
        raised = self._value(message)
        if isinstance(raised, StopIteration | GeneratorExit):
            return _StreamEnd()
        if isinstance(raised, BaseException):
            if type(raised).__name__ == "DaemonError" and "unknown object" in str(raised):
                return unknown_object(self._proxy._pyroUri, str(raised))
            if not hasattr(raised, "_pyroTraceback"):
                raised._pyroTraceback = ""  # type: ignore[attr-defined]
            return translated(raised, self._name)
        if not isinstance(raised, dict):
            return remote_failure(self._name, "Error", str(raised), repr(raised))
        text = ", ".join(str(arg) for arg in raised.get("args") or ())
        attributes = raised.get("attributes")
        lines = attributes.get("_pyroTraceback", "") if isinstance(attributes, dict) else ""
        return remote_failure(self._name, str(raised.get("__class__", "Error")), text, traceback_text(lines))


def _without_classes(serializer: Any, data: Any) -> Any:
    """Read a message as dicts and lists."""
    if serializer.serializer_id == serializers.MsgpackSerializer.serializer_id:
        return msgpack.unpackb(data, raw=False, strict_map_key=False, ext_hook=serializer.ext_hook)
    if serializer.serializer_id == serializers.SerpentSerializer.serializer_id:
        return serpent.loads(data)
    raise ValueError("no such form")
