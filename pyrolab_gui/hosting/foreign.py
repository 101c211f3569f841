"""A foreign object as a driver: a class made of the names (and, where known, the types) of what a server offers.

Each of its members forwards over one connection of the driver's own, so a session and a lock of the foreign server
belong to whom the driver belongs to. Lists of numbers become arrays here, so that no client has to read them one by
one. A *stop* or *safe state* that comes while another call runs goes over a second connection. Limits: knows neither
who may call nor when (`hosting.instance`); a member of a type that is known is checked for number and names of its
arguments only.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import inspect
import threading
import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from Pyro5.callcontext import current_context

from pyrolab_gui.hosting.failures import LINK_LOST, LOCKED, NO_ANSWER, NOT_UNDERSTOOD, refusal
from pyrolab_gui.network import sockets
from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.description import MISSING
from pyrolab_gui.wire.errors import LabError, Locked, NoReply, RemoteFailure, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.wire.description import MemberDescription, ServiceDescription

CALL_SECONDS = 7 * 24 * 3600.0
"""A run may last days; who waits for it has a limit of his own, and a machine that went away is noticed by TCP."""
READ_SECONDS = 30.0
LONG_LIST = 256
"""Lists of so many numbers become arrays; a shorter one costs nobody anything, and stays what the server says."""
_LOOK_AFTER = 0.1
_NUMBERS = frozenset((float, int, bool))
_END = object()
_UNFIT = (StopIteration, StopAsyncIteration, UnicodeError, ExceptionGroup)
"""Of these an exception would end a generator, or cannot be made of one text."""


class ForeignObject:
    """Base of the generated classes."""

    __slots__ = ("_line",)

    def __init__(self, line: ForeignLine) -> None:
        self._line = line


class ForeignLine:
    """One client's way to one foreign object; it opens when it is needed, and anew after it was lost.

    Parameters
    ----------
    uri
        The foreign object.
    name
        What errors call it.
    """

    def __init__(self, uri: str, name: str) -> None:
        self.uri, self.name = uri, name
        self._mutex = threading.Lock()
        self._connection: Connection | None = None
        self._used = 0.0
        self._waiting: Any = None

    def ask(self, seconds: float, what: Callable[[Connection], Any]) -> Any:
        """Do something over the connection and return the answer, its numbers as arrays.

        Raises
        ------
        Exception
            Of a builtin class, as `hosting.failures` makes them.
        """
        try:
            if not self._mutex.acquire(blocking=False):
                return self._beside(what)
            try:
                return compact(self._over_its_own(seconds, what))
            finally:
                self._mutex.release()
        except LabError as error:
            raise travelling(error) from error

    def connect(self) -> None:
        """Open the connection, if it is not open.

        Raises
        ------
        Exception
            As `ask`.
        """
        self.ask(READ_SECONDS, lambda connection: None)

    def forsake(self) -> None:
        """End the call of a client that has gone away from it; the foreign server may go on with it."""
        client, connection = self._waiting, self._connection
        if client is not None and connection is not None and sockets.ended(client.sock):
            connection.interrupt()

    def close(self) -> None:
        """Drop the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.interrupt()
            connection.close()

    def _over_its_own(self, seconds: float, what: Callable[[Connection], Any]) -> Any:
        connection = self._connection
        if connection is not None and time.monotonic() - self._used > _LOOK_AFTER and connection.ended:
            connection.close()
            connection = None
        if connection is None:
            connection = self._connection = Connection.open(self.uri, self.name)
        connection.set_timeout(seconds)
        self._waiting = getattr(current_context, "client", None)
        try:
            return what(connection)
        finally:
            self._waiting = None
            self._used = time.monotonic()
            if not connection.open_here:
                self._connection = None

    def _beside(self, what: Callable[[Connection], Any]) -> Any:
        connection = Connection.open(self.uri, self.name)
        try:
            connection.set_timeout(READ_SECONDS)
            return what(connection)
        finally:
            connection.close()


def travelling(error: LabError) -> Exception:
    """Return what a foreign server or the way to it said, in the form in which a daemon of ours tells it."""
    made: Any
    if isinstance(error, Locked):
        made = refusal(ConnectionRefusedError, LOCKED, error.sentence)
    elif isinstance(error, NoReply):
        made = refusal(TimeoutError, NO_ANSWER, error.sentence)
    elif isinstance(error, Unreachable):
        made = refusal(ConnectionError, LINK_LOST, error.sentence)
    elif isinstance(error, RemoteFailure):
        base = getattr(builtins, error.class_name, RuntimeError)
        fits = isinstance(base, type) and issubclass(base, Exception) and not issubclass(base, _UNFIT)
        made = refusal(base if fits else RuntimeError, error.class_name, error.message)
    else:
        made = refusal(RuntimeError, NOT_UNDERSTOOD, error.sentence)
    made.remote_detail = error.detail
    assert isinstance(made, Exception)
    return made


def compact(value: Any) -> Any:
    """Return long lists of numbers as arrays, also lists of lists of the same length, and serpent's bytes as bytes."""
    if type(value) is dict:
        if value.keys() == {"data", "encoding"} and value["encoding"] == "base64":
            with contextlib.suppress(ValueError, TypeError):
                return base64.b64decode(value["data"], validate=True)
        return {key: compact(item) for key, item in value.items()}
    if type(value) is not list and type(value) is not tuple:
        return value
    size = len(value)
    if size and isinstance(value[0], list | tuple):
        first = len(value[0])
        same = first and all(isinstance(row, list | tuple) and len(row) == first for row in value)
        if same and size * first >= LONG_LIST and all(_NUMBERS.issuperset(map(type, row)) for row in value):
            return _array(value)
        return type(value)(compact(item) for item in value)
    if size >= LONG_LIST and _NUMBERS.issuperset(map(type, value)):
        return _array(value)
    if size and isinstance(value[0], dict):
        return type(value)(compact(item) for item in value)
    return value


def _array(value: Any) -> Any:
    import numpy

    try:
        found = numpy.asarray(value)
    except (ValueError, OverflowError):
        return value
    return value if found.dtype.kind not in "bif" else found


def foreign_class(
    methods: set[str], attributes: set[str], oneway: set[str], known: ServiceDescription | None = None
) -> type[ForeignObject]:
    """Return a class with a member for each name that the server's metadata holds.

    Parameters
    ----------
    methods, attributes, oneway
        The names.
    known
        The description of the class behind it, for signatures and roles; members that the server does not have are of
        no matter.
    """
    by_name = {member.name: member for member in known.members} if known is not None else {}
    # With an object for each client, a second connection would stop another one than that which runs.
    beside = known is None or known.instance_mode == "single"
    namespace: dict[str, Any] = {"__slots__": ()}
    for name in sorted(attributes):
        namespace[name] = _property(name, by_name.get(name))
    for name in sorted(methods):
        namespace[name] = _method(name, by_name.get(name), name in oneway, beside)
    return type(known.class_name if known is not None else "service", (ForeignObject,), namespace)


def _property(name: str, known: MemberDescription | None) -> property:
    def get(self: ForeignObject) -> Any:
        return self._line.ask(READ_SECONDS, lambda connection: connection.get(name))

    def put(self: ForeignObject, value: Any) -> None:
        self._line.ask(READ_SECONDS, lambda connection: connection.put(name, value))

    get.__name__ = put.__name__ = name
    return property(get, put if known is None or known.writable else None)


def _method(name: str, known: MemberDescription | None, oneway: bool, beside: bool) -> Callable[..., Any]:
    def call(self: ForeignObject, /, *args: Any, **kwargs: Any) -> Any:
        # The sampler's own reading has no client who would give it up.
        seconds = CALL_SECONDS if getattr(current_context, "client", None) is not None else READ_SECONDS
        return self._line.ask(seconds, lambda connection: _streamed(self._line, connection, name, args, kwargs))

    made: Any = call
    made.__name__ = made.__qualname__ = name
    made.__annotations__ = {}
    made._pyroOneway = oneway  # noqa: SLF001 - Pyro5's mark
    made.runs_beside = beside
    if known is not None and known.kind == "method":
        if known.role in ("read", "action"):
            made.role = known.role
        if (signature := _signature(known)) is not None:
            made.__signature__ = signature
    return call


def _streamed(line: ForeignLine, connection: Connection, name: str, args: Any, kwargs: Any) -> Any:
    result = connection.call_lazily(name, args, kwargs)
    if not isinstance(result, Generator):
        return result

    def items() -> Iterator[Any]:
        try:
            while (item := line.ask(CALL_SECONDS, lambda _: next(result, _END))) is not _END:
                yield item
        finally:
            result.close()

    return items()


def _signature(known: MemberDescription) -> inspect.Signature | None:
    kinds = {
        "positional": inspect.Parameter.POSITIONAL_OR_KEYWORD,
        "keyword": inspect.Parameter.KEYWORD_ONLY,
        "var-positional": inspect.Parameter.VAR_POSITIONAL,
        "var-keyword": inspect.Parameter.VAR_KEYWORD,
    }
    try:
        return inspect.Signature(
            [
                inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY),
                *(
                    inspect.Parameter(
                        item.name,
                        kinds[item.kind],
                        default=inspect.Parameter.empty if item.default is MISSING else item.default,
                    )
                    for item in known.parameters
                ),
            ]
        )
    except (ValueError, KeyError):
        return None
