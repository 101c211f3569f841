"""`AsyncLab`: a nameserver and its instruments for programs that run on asyncio.

    async with AsyncLab("localhost:9090") as lab:
        laser = await lab["bench.laser"]
        await laser.set("power", 2.5)
        trace, power = await asyncio.gather(laser.scan(1550.0, 1560.0), meter.power)
        async for point in laser.stream("sweep", 1550.0, 1560.0):
            ...

Each instrument has a thread and a connection of its own: calls to one are made in the order asked for, those to
different ones beside each other. Limits: a call whose task is cancelled may go on in the instrument; errors are those
of `Lab`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.network.lab import Lab, split_address
from pyrolab_gui.network.nameserver import NameserverClient
from pyrolab_gui.network.signatures import documented
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime
    from types import TracebackType

    from pyrolab_gui.network.lab_lock import LabLock, Use
    from pyrolab_gui.network.trust import Security
    from pyrolab_gui.wire.description import MemberDescription, ServiceDescription

_JOIN_SECONDS = 2.0


class AsyncLab:
    """The instruments that a nameserver knows.

    Parameters are those of `network.lab.Lab`.
    """

    def __init__(
        self,
        nameserver: str = "localhost",
        *,
        timeout: float = 120.0,
        user: str = "",
        identity: Identity | None = None,
        trust: Security | None = None,
    ) -> None:
        host, port = split_address(nameserver)
        self._identity = identity or Identity.here(user=user)
        self._timeout, self._trust = timeout, trust or self._identity.trust
        self._nameserver = NameserverClient(host, port, hello=self._identity.hello(), trust=self._trust)
        self._thread = ThreadPoolExecutor(1, "nameserver")
        self._services: dict[str, AsyncService] = {}
        self._locks = Lab(nameserver, timeout=timeout, identity=self._identity, trust=self._trust)

    async def names(self) -> list[str]:
        """Return the names that are registered. Raises what `Lab.names` raises."""
        return sorted(await asyncio.wrap_future(self._thread.submit(self._nameserver.entries)))

    def __getitem__(self, name: str) -> Awaitable[AsyncService]:
        """Return, when awaited, the instrument registered under `name`, connected. Raises what `Lab` raises."""
        return self._open(name)

    async def _open(self, name: str) -> AsyncService:
        known = self._services.get(name)
        if known is not None:
            return known
        uri = await asyncio.wrap_future(self._thread.submit(self._nameserver.lookup, name))
        resolve = partial(self._resolved, name)
        instrument = Instrument(uri, name, self._identity, resolve=resolve, trust=self._trust)
        try:
            description = await asyncio.wrap_future(instrument.describe())
        except BaseException:
            instrument.close()
            raise
        made = AsyncService(instrument, description, self._timeout)
        if self._services.setdefault(name, made) is not made:  # another task was faster
            instrument.close()
        return self._services[name]

    def _resolved(self, name: str) -> str:
        return self._thread.submit(self._nameserver.lookup, name).result()

    def lock_of(self, name: str) -> AsyncLock:
        """Return the lock of the instrument registered under `name`: to take, to ask for, to answer."""
        return AsyncLock(lambda: self._locks.lock_of(name))

    async def aclose(self) -> None:
        """Drop all connections."""
        await asyncio.to_thread(self._locks.close)
        services, self._services = list(self._services.values()), {}
        instruments = [_instrument_of(service) for service in services]
        for instrument in instruments:
            instrument.close()
        for instrument in instruments:
            await asyncio.to_thread(instrument.join, _JOIN_SECONDS)
        await asyncio.wrap_future(self._thread.submit(self._nameserver.close))
        self._thread.shutdown()

    async def __aenter__(self) -> AsyncLab:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


class AsyncService:
    """One instrument: ``await laser.power`` reads it, ``await laser.scan()`` calls; `set` and `stream` do the rest."""

    def __init__(self, instrument: Instrument, description: ServiceDescription, timeout: float) -> None:
        self._instrument, self._timeout = instrument, timeout
        self._members: dict[str, MemberDescription] = {member.name: member for member in description.members}

    def __getattr__(self, member: str) -> Any:
        known = self._members.get(member)
        if known is None:
            raise AttributeError(f"{self._instrument.name} has no property or method “{member}”")
        if known.kind == "property":
            return asyncio.wrap_future(self._instrument.get(member))

        def call(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            return asyncio.wrap_future(self._instrument.call(member, args, kwargs, timeout=self._timeout))

        call.__name__ = call.__qualname__ = member
        return documented(call, known)

    async def set(self, member: str, value: Any) -> None:
        """Set a property."""
        known = self._members.get(member)
        if known is None or known.kind != "property":
            raise AttributeError(f"{self._instrument.name} has no property “{member}”")
        await asyncio.wrap_future(self._instrument.set(member, value))

    async def stream(self, member: str, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        """Yield the values of a method that streams, as they come; leaving it early drops the connection.

        Raises
        ------
        LabError
            As a call does.
        """
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Any] = asyncio.Queue()

        def put(item: Any) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, (item,))

        future = asyncio.wrap_future(self._instrument.call(member, args, kwargs, timeout=self._timeout, on_item=put))
        future.add_done_callback(lambda _ended: queue.put_nowait(None))
        try:
            while (item := await queue.get()) is not None:
                yield item[0]
            await future
        finally:
            if not future.done():
                self._instrument.abandon()
                await asyncio.gather(future, return_exceptions=True)

    def __dir__(self) -> list[str]:
        return sorted([*self._members, "set", "stream"])

    def __repr__(self) -> str:
        return f"<{self._instrument.name} at {self._instrument.uri}>"


class AsyncLock:
    """The lock of one instrument. Parameters and errors are those of `network.lab_lock.LabLock`, and of ``lab[name]``.

    Limits: a task that is cancelled while it waits for a lock goes on asking until `wait` is over; what it then gets
    is given back.
    """

    def __init__(self, find: Callable[[], LabLock]) -> None:
        self._find = find

    async def use(self) -> Use | None:
        """Return who uses the instrument, or None while nobody has locked it."""
        return await asyncio.to_thread(lambda: self._find().use())

    async def take(self, purpose: str = "", *, until: str | datetime = "", wait: float = 0.0) -> None:
        """Lock the instrument; ask whoever has it, and wait for the answer."""
        taking = asyncio.ensure_future(
            asyncio.to_thread(lambda: self._find().take(purpose, until=until, wait=wait)),
        )
        try:
            await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(self._give_back_late)
            raise

    def _give_back_late(self, taking: asyncio.Future[None]) -> None:
        if not taking.cancelled() and taking.exception() is None:
            threading.Thread(target=self._give_back_quietly, name="give a lock back", daemon=True).start()

    def _give_back_quietly(self) -> None:
        with contextlib.suppress(LabError):
            self._find().give_back()

    async def give_back(self) -> None:
        """Unlock the instrument; whoever asked for it first has it then."""
        await asyncio.to_thread(lambda: self._find().give_back())

    async def answer(self, give: bool, who: str = "") -> bool:
        """Give the lock to one who asks for it, or keep it; return whether anybody had asked."""
        return await asyncio.to_thread(lambda: self._find().answer(give, who))

    @contextlib.asynccontextmanager
    async def held(self, purpose: str = "", *, until: str | datetime = "", wait: float = 0.0) -> AsyncIterator[None]:
        """Hold the lock for a while; given back at the end."""
        await self.take(purpose, until=until, wait=wait)
        try:
            yield
        finally:
            await asyncio.to_thread(self._give_back_quietly)


def _instrument_of(service: AsyncService) -> Instrument:
    instrument = service.__dict__["_instrument"]
    assert isinstance(instrument, Instrument)
    return instrument
