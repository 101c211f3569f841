"""The description of a service, made from its class: annotations, bounds, docstrings.

Any Python class will do: no base class and no decorator of ours is needed. Limits: looks at the class; attributes
that exist only on an instance are not described; made at the first `describe`, not at the start of the daemon.
"""

from __future__ import annotations

import collections.abc
import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pyrolab_gui.hosting.annotations import STREAMS, taken_apart
from pyrolab_gui.hosting.docs import attribute_docs, doc_of, documented
from pyrolab_gui.hosting.hints import hints_of, unwrapped
from pyrolab_gui.hosting.members import members_of
from pyrolab_gui.hosting.roles import role_of
from pyrolab_gui.hosting.signatures import limits_for, parameters_of, setter_annotation, value_annotation
from pyrolab_gui.hosting.types import ANY, describe_type, limits_of, narrowed, plain_default
from pyrolab_gui.wire.description import (
    MemberDescription,
    ParameterDescription,
    ParameterKind,
    ServiceDescription,
    unit_of,
    with_unit,
)
from pyrolab_gui.wire.plans import ServicePlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.wire.description import Refresh

_KINDS: dict[Any, ParameterKind] = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "var-positional",
    inspect.Parameter.VAR_KEYWORD: "var-keyword",
}


def describe(thing: type | object, plan: ServicePlan | None = None) -> ServiceDescription:
    """Return the description of a class, or of an instance's class.

    Parameters
    ----------
    thing
        A class or an instance.
    plan
        What the lab file says of the service; without it the class describes itself.
    """
    cls = thing if isinstance(thing, type) else type(thing)
    if plan is None:
        plan = ServicePlan(cls.__name__, cls.__name__, cls.__module__, cls.__name__)
    return describe_service(cls, plan, members_of(cls, expose=plan.expose, connect=plan.connect))


def describe_service(
    cls: type, plan: ServicePlan, members: Mapping[str, Member], *, lockable: bool = False
) -> ServiceDescription:
    """Return the description of a service."""
    doc = doc_of(cls)
    docs = doc.parameters
    if any(member.is_attribute for member in members.values()):
        docs = docs | attribute_docs(cls)
    return ServiceDescription(
        name=plan.name,
        class_name=cls.__name__,
        doc="\n\n".join(text for text in (plan.description, doc.text) if text),
        instance_mode=plan.instancemode,  # type: ignore[arg-type] # validated where the plan was made
        lockable=lockable,
        members=tuple(
            _as_the_lab_wants(cls, plan, _member(cls, plan, member, docs.get(member.name, "")))
            for member in members.values()
        ),
        note=plan.note,
        power_cycle=plan.power_cycle,
    )


def _as_the_lab_wants(cls: type, plan: ServicePlan, member: MemberDescription) -> MemberDescription:
    """Add what the lab file says of a member, and the part of the driver that it comes from."""
    unit = plan.units.get(member.name, "")
    own = unit_of(member.returns)
    more: dict[str, Any] = {"group": _part_of(cls, member.name), "confirm": member.name in plan.confirm}
    if unit and not own:
        more["returns"] = with_unit(member.returns, unit)
        more["written"] = None if member.written is None else with_unit(member.written, unit)
    elif unit != own:
        more["shown_unit"] = unit
    return replace(member, **more)


def _part_of(cls: type, name: str) -> str:
    """Return the name of the class that defines a member, where that is not the driver's own."""
    for part in cls.__mro__:
        if name in vars(part) or name in vars(part).get("__annotations__", {}):
            return "" if part is cls else part.__name__
    return ""


def _member(cls: type, plan: ServicePlan, member: Member, class_doc: str) -> MemberDescription:
    if member.is_property:
        return _property(cls, plan, member, class_doc)
    return describe_method(cls, plan, member)


def _property(cls: type, plan: ServicePlan, member: Member, class_doc: str) -> MemberDescription:
    limits = limits_of(plan.limits.get(member.name))
    read = value_annotation(member, cls)
    written = None
    if member.writable:
        set_to = setter_annotation(member, cls)
        if read is Any:
            read = set_to
        setting = narrowed(describe_type(set_to), limits)
        if setting != describe_type(read):
            written = setting
    returns = describe_type(read)
    doc = documented(read) or _doc_of_property(cls, member)
    return MemberDescription(
        member.name,
        "property",
        returns,
        doc=doc or class_doc,
        role=role_of(member, plan),
        refresh=_refresh(plan, member.name),
        readable=member.readable,
        writable=member.writable,
        written=written,
    )


def _doc_of_property(cls: type, member: Member) -> str:
    if member.getter is not None:
        return doc_of(member.getter).text
    thing = inspect.getattr_static(cls, member.name, None)
    if member.is_attribute or getattr(thing, "__doc__", None) == type(thing).__doc__:
        return ""  # that of a float, or of a descriptor's class
    return doc_of(thing).text


def describe_method(cls: type, plan: ServicePlan, member: Member) -> MemberDescription:
    """Return the description of one method."""
    doc = doc_of(member.function)
    hints = hints_of(member.function, cls)
    parameters = parameters_of(member) or []
    returned = hints.get("return", Any)
    streaming, returned = _streamed(member, _awaited(returned))
    described = []
    for item in parameters:
        plain = limits_for(plan.limits, member.name, item.name, sole=len(parameters) == 1)
        described.append(
            ParameterDescription(
                item.name,
                narrowed(describe_type(hints.get(item.name, Any)), limits_of(plain)),
                _KINDS[item.kind],
                plain_default(item.default),
                doc.parameters.get(item.name, "") or documented(hints.get(item.name)),
            )
        )
    return MemberDescription(
        member.name,
        "method",
        describe_type(returned) if returned is not Any else ANY,
        doc=doc.text,
        role=role_of(member, plan),
        refresh=_refresh(plan, member.name),
        parameters=tuple(described),
        streaming=streaming,
        oneway=member.oneway,
    )


def _awaited(returned: Any) -> Any:
    """Return what an awaitable comes to, because the daemon waits for it."""
    bare, _ = taken_apart(returned)
    awaitable = get_origin(bare) in (collections.abc.Awaitable, collections.abc.Coroutine)
    return get_args(bare)[-1] if awaitable else returned


def _streamed(member: Member, returned: Any) -> tuple[bool, Any]:
    bare, _ = taken_apart(returned)
    origin = get_origin(bare) or bare
    function = unwrapped(member.function)
    is_stream = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function) or origin in STREAMS
    if is_stream and origin in (*STREAMS, collections.abc.Iterable):
        args = get_args(bare)
        return True, args[0] if args else Any
    return is_stream, returned


def _refresh(plan: ServicePlan, name: str) -> Refresh:
    asked = plan.refresh.get(name, "auto")
    refresh: dict[str, Literal["auto", "idle", "never"]] = {"idle": "idle", "never": "never"}
    return refresh.get(asked, "auto")
