"""What differs between two plans of a child, in words of the lab: ``laser: port COM3 → COM4``.

Limits: pure functions of plans; values that are long or nested are named, not shown.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.wire.plans import ChildPlan, ServicePlan

_WORDS = {
    "ns_port": "port",
    "ns_bchost": "broadcast address",
    "ns_bcport": "broadcast port",
    "ns_autoclean": "removal of lost entries",
    "unixsocket": "unix socket",
    "nathost": "NAT host",
    "natport": "NAT port",
    "servertype": "server type",
    "lockable": "locking",
    "take_over_seconds": "taking over of locks",
    "register_as": "registration",
    "own_nameservers": "registration",
    "nameservers": "registration",
    "start_seconds": "steady after",
    "stop_seconds": "stop after",
    "python": "interpreter",
    "tls": "TLS files",
    "classname": "class",
    "instancemode": "instances",
    "sampling_when": "sampling",
}
_DERIVED = ("object_id", "metadata")
"""Fields that follow from others."""
_LONGEST = 60


def differences(before: ChildPlan, after: ChildPlan) -> list[str]:
    """Return what differs, one part for each field and each service; the order of the services is no difference."""
    if type(before) is not type(after):
        return ["kind"]
    words: list[str] = []
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new:
            continue
        if field.name == "services":
            words += _services({plan.name: plan for plan in old}, {plan.name: plan for plan in new})
        else:
            words.append(_changed(field.name, old, new))
    return list(dict.fromkeys(words))


def _services(old: Mapping[str, ServicePlan], new: Mapping[str, ServicePlan]) -> list[str]:
    words = [f"{name} is new" for name in new if name not in old]
    words += [f"{name} is gone" for name in old if name not in new]
    for name, plan in new.items():
        if name in old and old[name] != plan:
            words.append(f"{name}: {', '.join(_of_service(old[name], plan))}")
    return words


def _of_service(before: ServicePlan, after: ServicePlan) -> list[str]:
    words: list[str] = []
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new or field.name in _DERIVED:
            continue
        if field.name == "parameters":
            words += _entries(old, new)
        else:
            words.append(_changed(field.name, old, new))
    return list(dict.fromkeys(words)) or ["description"]


def _entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    words = [_changed(name, old[name], value) for name, value in new.items() if name in old and old[name] != value]
    words += [f"{name} {_shown(value)}" for name, value in new.items() if name not in old]
    words += [f"without {name}" for name in old if name not in new]
    return words or ["order of the parameters"]


def _changed(name: str, old: Any, new: Any) -> str:
    word = _WORDS.get(name, name.replace("_", " "))
    one, other = _shown(old), _shown(new)
    if old in (None, "") and other:
        return f"{word} {other}"
    if new in (None, "") and one:
        return f"without {word}"
    return f"{word} {one} → {other}" if one and other else word


def _shown(value: Any) -> str:
    """Return a short value; empty for one that is too long or nested to stand in a sentence."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, str) and value and len(value) <= _LONGEST and value.isprintable():
        return f"“{value}”" if " " in value else value
    return ""
