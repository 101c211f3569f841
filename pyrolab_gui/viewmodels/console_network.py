"""What the consoles take from the network: instruments, the feed of readings, and links to daemons.

Limits: the network is imported when it is first asked for, so that a window comes up without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.relays import Relays
    from pyrolab_gui.viewmodels.ports import ControlPort, FeedPort, InstrumentPort, Resolve
    from pyrolab_gui.wire.columns import Column
    from pyrolab_gui.wire.health import ProcessLink


class ConsoleNetwork:
    """The real network, imported when first used."""

    def __init__(self, identity: Identity, relays: Relays | None) -> None:
        self._identity = identity
        self._relays = relays

    def instrument(self, uri: str, name: str, resolve: Resolve | None) -> InstrumentPort:
        """Return an instrument; nothing is connected yet."""
        from pyrolab_gui.network.instrument import Instrument

        return Instrument(uri, name, self._identity, resolve=resolve, relays=self._relays)

    def feed(self, on_columns: Callable[[list[Column]], None]) -> FeedPort:
        """Return what brings readings to `on_columns`, on its own threads."""
        from pyrolab_gui.network.feed import Feed

        return Feed(self._identity, on_columns)

    def control(self, host: str, port: int, on_state: Callable[[ProcessLink, str], None]) -> ControlPort:
        """Return a link that tells `on_state`, on its own threads, how a daemon is."""
        from pyrolab_gui.network.control import ControlLink

        return ControlLink(host, port, on_state, identity=self._identity)
