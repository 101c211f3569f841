"""What the lab file says of a service and the driver does not bear out: names that are not there, limits too wide.

Such words do no harm (the driver's own bounds hold), but somebody believes in them, so they are told when the daemon
starts. Limits: looks at the class; imported after the start, because it describes types.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.hints import hints_of
from pyrolab_gui.hosting.sentences import number
from pyrolab_gui.hosting.signatures import parameters_of, setter_annotation
from pyrolab_gui.hosting.types import describe_type, limits_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.wire.description import TypeDescription
    from pyrolab_gui.wire.plans import ServicePlan

_WORDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def problems_of(cls: type, plan: ServicePlan, members: Mapping[str, Member]) -> list[str]:
    """Return what is wrong, each in a sentence."""
    return [*_limits(cls, plan, members), *_names(plan, members)]


def _limits(cls: type, plan: ServicePlan, members: Mapping[str, Member]) -> Iterator[str]:
    for key, plain in plan.limits.items():
        name, _, parameter = key.partition(".")
        member = members.get(name)
        if member is None:
            yield _unknown("limits name", name, plan, members)
            continue
        described = _described(cls, member, parameter)
        if described is None:
            what = f"'{key}', which is no parameter" if parameter else f"'{name}', which takes no number"
            yield f"limits name {what}."
            continue
        yield from _wider(key, described, limits_of(plain))


def _described(cls: type, member: Member, parameter: str) -> TypeDescription | None:
    """Return the type of what is limited, or None where there is no such number."""
    if member.is_property:
        return describe_type(setter_annotation(member, cls)) if member.writable and not parameter else None
    parameters = {item.name: item for item in parameters_of(member) or ()}
    if not parameter and len(parameters) == 1:
        parameter = next(iter(parameters))
    return describe_type(hints_of(member.function, cls).get(parameter, Any)) if parameter in parameters else None


def _wider(key: str, described: TypeDescription, limits: Mapping[str, Any]) -> Iterator[str]:
    while described.items and described.kind not in ("int", "float"):
        described = described.items[0]
    unit = f" {described.unit}" if described.unit else ""
    for own_keys, wider in ((("ge", "gt"), float.__lt__), (("le", "lt"), float.__gt__)):
        own = [(word, getattr(described, word)) for word in own_keys if getattr(described, word) is not None]
        for word in own_keys:
            if own and word in limits and wider(float(limits[word]), float(own[0][1])):
                said = f"{_WORDS[word]} {number(limits[word])}{unit}"
                holds = f"{_WORDS[own[0][0]]} {number(own[0][1])}{unit}"
                yield f"limits of {key}: {said} is wider than the driver's {holds}, which holds."


def _names(plan: ServicePlan, members: Mapping[str, Member]) -> Iterator[str]:
    named: dict[str, Any] = {
        "sampling names": plan.sampling,
        "refresh names": plan.refresh,
        "confirm names": plan.confirm,
        "outputs names": plan.outputs,
        "units name": plan.units,
        "alive names": (plan.alive,),
        "stop names": (plan.stop,),
        "safe_state names": (plan.safe_state,),
    }
    for words, names in named.items():
        for full in names:
            name = full.partition(".")[0]
            if name and name not in members:
                yield _unknown(words, name, plan, members)


def _unknown(words: str, name: str, plan: ServicePlan, members: Mapping[str, Member]) -> str:
    close = difflib.get_close_matches(name, members, n=1)
    hint = f" (did you mean '{close[0]}'?)" if close else ""
    return f"{words} '{name}', which {plan.name} does not have{hint}."
