"""What an instance is made of: what its calls do, where its driver comes from, what it shares with others.

Limits: data and a base class; running a call is `hosting.instance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.use import Use
from pyrolab_gui.wire.urgent import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.hosting.calls import CallLog
    from pyrolab_gui.hosting.locks import ServiceLock
    from pyrolab_gui.hosting.pulse import Pulse
    from pyrolab_gui.hosting.snapshots import Snapshots
    from pyrolab_gui.hosting.steps import Way
    from pyrolab_gui.wire.description import Role

    Check = Callable[[tuple[Any, ...], dict[str, Any]], tuple[tuple[Any, ...], dict[str, Any]]]


class Operation:
    """What one call does: ``perform(driver, *args, **kwargs)``.

    `acts` says that it changes something on the instrument, `urgent` that it waits for nobody, `beside` that it may run
    beside another call; `ways` are the numbers among its arguments that may change by so much only.
    """

    __slots__ = ("acts", "beside", "check", "label", "name", "perform", "role", "urgent", "ways", "writes")

    def __init__(
        self,
        name: str,
        label: str,
        perform: Callable[..., Any],
        check: Check | None = None,
        *,
        role: Role = "read",
        writes: bool = False,
        beside: bool = False,
    ) -> None:
        self.name = name
        self.label = label
        self.perform = perform
        self.check = check
        self.role = role
        self.writes = writes
        self.ways: tuple[Way, ...] = ()
        self.urgent = role in WORDS
        self.acts = writes or role == "action"
        self.beside = beside


class Drivers:
    """Where an instance gets its driver from; the base for a driver that is simply there."""

    def ready(self) -> None:
        """Raise when there is no driver to be had at the moment; called before the call queues."""

    def ready_now(self) -> None:
        """Raise when there is no driver at this moment; does not wait for one."""

    def take(self) -> Any:
        """Return the driver for one call; called while the instance is the caller's alone."""
        raise NotImplementedError

    def give_back(self, driver: Any) -> None:
        """End the use that `take` began."""

    def held(self) -> Any:
        """Return the driver that is there, or None; makes none."""
        return None

    def close(self) -> Any:
        """Return the driver that has to be closed, if any; none is to be had from now on."""


class Surroundings:
    """What all instances of one service share."""

    __slots__ = ("awaits", "calls", "finish", "lock", "name", "pulse", "seen", "snapshots", "unknown_since", "use")

    def __init__(
        self,
        name: str,
        calls: CallLog,
        snapshots: Snapshots,
        lock: ServiceLock | None = None,
        seen: Callable[[Any], None] | None = None,
        finish: Callable[[Any], Any] | None = None,
        pulse: Pulse | None = None,
        use: Use | None = None,
    ) -> None:
        self.name = name
        self.use = use or Use(name)
        self.awaits = ""
        """What has to be done before any action, in words: a safe state after the process was ended for it."""
        self.unknown_since = 0.0
        """Since when nobody knows the state of the instrument: a crash of the process before; 0 where it is known."""
        self.pulse = pulse
        self.finish = finish or (lambda result: result)
        self.calls = calls
        self.snapshots = snapshots
        self.lock = lock
        self.seen = seen
