"""Which methods of a driver switch an output on or off: by the lab file's word, the driver's own, or by their names.

The lab file says it under ``outputs`` (``energize: on``), the driver by an attribute of the method
(``energize.role = "output-on"``). Otherwise names tell: ``on``, ``output_off``, ``turn_on_lamp``, ``disable_source``,
and ``set_output(…, True)`` by its argument. Other plain arguments are the channel. Limits: names and arguments only; a
method that says neither is not seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pyrolab_gui.hosting.roles import OUTPUT_OFF, OUTPUT_ON, role_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.wire.plans import ServicePlan

_OUTPUTS = re.compile(
    r"(^|_)(output|outputs|enable|enabled|emission|emitting|heater|beam|energized|energised|high_voltage|hv|on)(_|$)"
)
_MORE_OUTPUTS = re.compile(r"(^|_)(source|laser|channel|rf|voltage|current|lamp|light|pump|motor|drive)(_|$)")
_ON_FIRST, _OFF_FIRST = ("enable", "energize", "energise"), ("disable", "deenergize", "deenergise")
_SWITCHES = ("turn", "switch", "power")
_NO_NAME = frozenset(("on", "off", "enable", "enabled", "energized", "energised", "is"))
_LONGEST = 20


class Switch(NamedTuple):
    """What a method switches (empty: the whole instrument), and whether to on; None where an argument says so."""

    what: str
    on: bool | None

    def read(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[bool | None, str]:
        """Return whether a call with these arguments switched on (None: not known), and which channel."""
        on, channel = self.on, []
        for value in (*args, *kwargs.values()):
            said = on_or_off(value) if on is None else None
            if said is not None:
                on = said
            elif isinstance(value, int | str) and not isinstance(value, bool):
                channel.append(str(value)[:_LONGEST])
        return on, " ".join(channel)


def is_output_name(name: str) -> bool:
    """Whether a setting of this name may be an output."""
    return _OUTPUTS.search(name.lower()) is not None


def plain_name(name: str) -> str:
    """Return the name of an output without the words that say in which state it is."""
    return "_".join(word for word in name.lower().split("_") if word not in _NO_NAME)


def on_or_off(value: Any) -> bool | None:
    """Return whether a value says *on*; None where it says neither on nor off."""
    if isinstance(value, str):
        return {"on": True, "off": False}.get(value.lower())
    return bool(value) if type(value).__name__ in ("bool", "bool_") else None


def switch_of(member: Member, plan: ServicePlan) -> Switch | None:
    """Return what a method switches, or None."""
    name = member.name.lower()
    words = name.split("_")
    declared = plan.outputs.get(member.name) or _declared(member)
    if declared:
        by_name = _by_name(words)
        return Switch(by_name.what if by_name is not None else "", declared == "on")
    if role_of(member, plan) != "action":
        return None
    found = _by_name(words)
    if found is None and words[0] == "set" and (member.name in plan.confirm or is_output_name(name[4:])):
        found = Switch(plain_name(name[4:]), None)
    return found


def _declared(member: Member) -> str:
    return {OUTPUT_ON: "on", OUTPUT_OFF: "off"}.get(getattr(member.function, "role", ""), "")


def _by_name(words: Sequence[str]) -> Switch | None:
    for on, first, word in ((True, _ON_FIRST, "on"), (False, _OFF_FIRST, "off")):
        if words[0] in first:
            what = plain_name("_".join(words[1:]))
            if not what or _OUTPUTS.search(what) or _MORE_OUTPUTS.search(what):
                return Switch(what, on)
        elif words[-1] == word:
            return Switch("_".join(word for word in words[:-1] if word not in _SWITCHES), on)
        elif words[0] in _SWITCHES and len(words) > 1 and words[1] == word:
            return Switch("_".join(words[2:]), on)
    return None
