"""What the console's view models need from below, as protocols: the seam at which tests put fakes.

The network's ``Instrument``, ``Feed`` and ``ControlLink`` fit these; nothing here imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pyrolab_gui.wire.columns import Column
from pyrolab_gui.wire.health import Links, ProcessLink, Verdict

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pyrolab_gui.wire.description import ServiceDescription

Resolve: TypeAlias = Callable[[], str]


class InstrumentPort(Protocol):
    """The client side of one service; every method returns at once."""

    def describe(self) -> Future[ServiceDescription]:
        """Ask for the description."""

    def call(
        self,
        member: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        on_item: Callable[[Any], None] | None = None,
    ) -> Future[Any]:
        """Call a method; with `on_item` the values of a stream are handed over as they come, on any thread."""

    def get(self, member: str) -> Future[Any]:
        """Read a property."""

    def set(self, member: str, value: Any) -> Future[None]:
        """Write a property."""

    def abandon(self) -> None:
        """Stop waiting for the running call."""

    def close(self) -> None:
        """Drop the connection."""


class SubscriptionPort(Protocol):
    """One wish for readings."""

    def close(self) -> None:
        """Withdraw it."""


class FeedPort(Protocol):
    """Readings of any instrument, once per period for all who watch."""

    def subscribe(self, instrument: Any, member: str, period: float) -> SubscriptionPort:
        """Ask for readings of a member."""

    def close(self) -> None:
        """End all subscriptions."""


class BridgePort(Protocol):
    """The way from other threads to Qt's."""

    def post(self, fn: Callable[..., object], /, *args: Any) -> None:
        """Run ``fn(*args)`` on the Qt thread, soon; thread-safe."""


class NoticesPort(Protocol):
    """Where failures go that belong to no row."""

    def error(self, error: Any, detail: str = "") -> None:
        """Show a failure."""

    def info(self, sentence: str, detail: str = "") -> None:
        """Show a piece of news."""


class ControlPort(Protocol):
    """A control link to one daemon."""

    def close(self) -> None:
        """Drop it."""


class EntryPort(Protocol):
    """As much of a registry entry as the consoles read."""

    @property
    def name(self) -> str:
        """Registered name."""

    @property
    def uri(self) -> str:
        """Address."""

    @property
    def object_id(self) -> str:
        """Id within its daemon."""

    @property
    def host(self) -> str:
        """Machine of its daemon."""

    @property
    def port(self) -> int:
        """Port of its daemon."""

    @property
    def last_seen(self) -> float | None:
        """UTC seconds of the last answer."""

    def links(self, last_seen: str = "") -> Links:
        """What is known of its two links."""

    def verdict(self, last_seen: str = "") -> Verdict:
        """State, sentence and remedy."""


MakeInstrument: TypeAlias = Callable[[str, str, Resolve | None], InstrumentPort]
MakeFeed: TypeAlias = Callable[[Callable[[list[Column]], None]], FeedPort]
MakeControl: TypeAlias = Callable[[str, int, Callable[[ProcessLink, str], None]], ControlPort]
