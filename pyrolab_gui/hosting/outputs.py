"""Which outputs of an instrument are on, as far as the daemon has seen: nobody asks the instrument for it.

An output is a setting that is on or off and that the lab file has confirmed, or whose name says so (*output*,
*emission*, *enabled*…), and what a method switches (`hosting.switches`). What is set, read and called, by clients and
by the sampler alike, is noted; a safe state that was reached clears it. Limits: what is switched at the instrument
itself is not seen until the setting is read again; only for instruments that all clients share.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.switches import is_output_name, on_or_off, plain_name, switch_of
from pyrolab_gui.wire.urgent import SAFE_STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.hosting.facade import Operations
    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.hosting.switches import Switch
    from pyrolab_gui.wire.plans import ServicePlan


def is_output(name: str, plan: ServicePlan) -> bool:
    """Whether a setting of this name may be an output."""
    return name in plan.confirm or is_output_name(name)


class Outputs:
    """The outputs of one service.

    Parameters
    ----------
    plan
        What the lab file says.
    operations
        Those of the service; the ones that read, set and switch outputs are made to note what passes.
    members
        The driver's members, for its own word on what its methods switch.
    finish
        Runs what an ``async`` function of the driver returned to its end.
    """

    def __init__(
        self,
        plan: ServicePlan,
        operations: Operations,
        members: Mapping[str, Member] | None = None,
        finish: Callable[[Any], Any] = lambda result: result,
    ) -> None:
        self._on: dict[str, float] = {}
        self._finish = finish
        settings = [name for name in operations.set if is_output(name, plan)]
        by_plain_name = {plain_name(name): name for name in settings}
        for name in settings:
            setting = operations.set[name]
            setting.perform = self._noting_set(name, setting.perform)
            if name in operations.run:
                operations.run[name].perform = self._noting_read(name, operations.run[name].perform)
        for name, member in (members or {}).items():
            if member.is_property:
                continue
            operation = operations.run[name]
            if operation.role == SAFE_STATE:
                operation.perform = self._noting_safe(operation.perform)
            elif (switch := switch_of(member, plan)) is not None:
                what = by_plain_name.get(switch.what, switch.what)
                if not what and len(settings) == 1:
                    what = settings[0]  # on() of an instrument with one output is that output
                operation.perform = self._noting_switch(switch, what, operation.perform)

    def on(self) -> dict[str, float]:
        """Return those that were on when last seen, and since when; the name of the whole instrument is empty."""
        return dict(self._on)

    def forget(self) -> None:
        """The instrument was lost: nothing is known of it any more."""
        self._on.clear()

    def _noting_set(self, name: str, perform: Callable[..., Any]) -> Callable[..., Any]:
        def setting(driver: Any, value: Any) -> Any:
            result = perform(driver, value)
            self._note(name, on_or_off(value))
            return result

        return setting

    def _noting_read(self, name: str, perform: Callable[..., Any]) -> Callable[..., Any]:
        def reading(driver: Any) -> Any:
            value = perform(driver)
            self._note(name, on_or_off(value))
            return value

        return reading

    def _noting_switch(self, switch: Switch, what: str, perform: Callable[..., Any]) -> Callable[..., Any]:
        def switching(driver: Any, *args: Any, **kwargs: Any) -> Any:
            result = self._finish(perform(driver, *args, **kwargs))
            on, which = switch.read(args, kwargs)
            if on is not None:
                self._note(f"{what} {which}".strip(), on)
                if not on and not which:
                    self._off_inside(what)
            return result

        return switching

    def _noting_safe(self, perform: Callable[..., Any]) -> Callable[..., Any]:
        def calling(driver: Any, *args: Any, **kwargs: Any) -> Any:
            result = self._finish(perform(driver, *args, **kwargs))
            self._on.clear()
            return result

        return calling

    def _off_inside(self, what: str) -> None:
        """Without a channel all channels of an output are off; without an output all of the instrument is."""
        for name in tuple(self._on):
            if not what or name.startswith(f"{what} "):
                self._on.pop(name, None)

    def _note(self, name: str, on: bool | None) -> None:
        if on:
            self._on.setdefault(name, time.time())
        else:
            self._on.pop(name, None)
