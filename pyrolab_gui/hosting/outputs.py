"""Which outputs of an instrument are on, as far as the daemon has seen: nobody asks the instrument for it.

An output is a setting that is on or off and that the lab file has confirmed, or whose name says so (*output*,
*emission*, *enabled*…). What is set and what is read of it, by clients and by the sampler alike, is noted. Limits: an
output that is switched by a method, or at the instrument itself, is not seen until the setting is read again; only for
instruments that all clients share.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.hosting.facade import Operations
    from pyrolab_gui.wire.plans import ServicePlan

_NAMES = re.compile(
    r"(^|_)(output|outputs|enable|enabled|emission|emitting|heater|beam|energized|energised|high_voltage|hv|on)(_|$)"
)


def is_output(name: str, plan: ServicePlan) -> bool:
    """Whether a setting of this name may be an output."""
    return name in plan.confirm or _NAMES.search(name.lower()) is not None


class Outputs:
    """The outputs of one service.

    Parameters
    ----------
    plan
        What the lab file says.
    operations
        Those of the service; the ones that read and set outputs are made to note what passes.
    """

    def __init__(self, plan: ServicePlan, operations: Operations) -> None:
        self._on: dict[str, bool] = {}
        for name, setting in operations.set.items():
            if is_output(name, plan):
                setting.perform = self._noting_set(name, setting.perform)
                if name in operations.run:
                    operations.run[name].perform = self._noting_read(name, operations.run[name].perform)

    def on(self) -> list[str]:
        """Return the names of those that were on when last seen."""
        return [name for name, on in tuple(self._on.items()) if on]

    def forget(self) -> None:
        """The instrument was lost: nothing is known of it any more."""
        self._on.clear()

    def _noting_set(self, name: str, perform: Callable[..., Any]) -> Callable[..., Any]:
        def setting(driver: Any, value: Any) -> Any:
            result = perform(driver, value)
            self._note(name, value)
            return result

        return setting

    def _noting_read(self, name: str, perform: Callable[..., Any]) -> Callable[..., Any]:
        def reading(driver: Any) -> Any:
            value = perform(driver)
            self._note(name, value)
            return value

        return reading

    def _note(self, name: str, value: Any) -> None:
        on = _truth(value)
        if on is None:
            self._on.pop(name, None)
        else:
            self._on[name] = on


def _truth(value: Any) -> bool | None:
    """Return whether a value says *on*; None where it says neither on nor off."""
    if isinstance(value, str):
        return {"on": True, "off": False}.get(value.lower())
    return bool(value) if type(value).__name__ in ("bool", "bool_") else None
