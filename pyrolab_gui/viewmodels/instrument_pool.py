"""One connection to each instrument, shared by the console and the plots that need it.

A lease keeps the instrument; the last one to end closes it. Limits: instruments are told apart by name; one name has
one address at a time, and a new address comes from `resolve`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.ports import InstrumentPort, MakeInstrument, Resolve


class Lease:
    """The right to use an instrument until `close`."""

    def __init__(self, pool: InstrumentPool, name: str, uri: str, instrument: InstrumentPort) -> None:
        self._pool = pool
        self._open = True
        self.name = name
        self.uri = uri
        self.instrument = instrument

    def again(self) -> Lease:
        """Return a second lease of the same instrument."""
        return self._pool.lease(self.uri, self.name)

    def close(self) -> None:
        """Give it back."""
        if self._open:
            self._open = False
            self._pool.give_back(self.name)


class InstrumentPool:
    """The instruments in use, counted.

    Parameters
    ----------
    make
        Makes the client side of an instrument from URI, name and a function that finds its address again.
    """

    def __init__(self, make: MakeInstrument) -> None:
        self._make = make
        self._held: dict[str, tuple[InstrumentPort, int, str]] = {}

    def lease(self, uri: str, name: str, resolve: Resolve | None = None) -> Lease:
        """Return a lease; the instrument is made for the first one."""
        instrument, count, uri = self._held.get(name) or (self._make(uri, name, resolve), 0, uri)
        self._held[name] = (instrument, count + 1, uri)
        return Lease(self, name, uri, instrument)

    def separate(self, uri: str, name: str, resolve: Resolve | None = None) -> InstrumentPort:
        """Return a second connection of its own, for what must not wait in the queue of the first."""
        return self._make(uri, name, resolve)

    def give_back(self, name: str) -> None:
        """Count one lease less; the last one closes the instrument."""
        if name not in self._held:
            return
        instrument, count, uri = self._held[name]
        if count > 1:
            self._held[name] = (instrument, count - 1, uri)
        else:
            del self._held[name]
            instrument.close()

    def close(self) -> None:
        """Close all, whoever holds them."""
        held, self._held = self._held, {}
        for instrument, _, _ in held.values():
            instrument.close()
