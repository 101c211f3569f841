"""A service's members in words, as the inspector lists them: one line each, and what their documentation says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import MemberDescription, ParameterDescription, TypeDescription


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What is shown of one member; `icon` tells reading, setting and method apart; `more` is its documentation."""

    icon: str
    name: str
    signature: str
    unit: str
    doc: str
    spoken: str
    more: str


def line_of(member: MemberDescription) -> MemberLine:
    """Return the line of a member."""
    doc = member.doc.strip().split("\n", 1)[0]
    if member.kind == "method":
        signature = f"({', '.join(_parameter(item) for item in member.parameters)})"
        spoken = f"method {member.name}{signature}"
        return MemberLine("play", member.name, signature, "", doc, spoken, _documentation(member))
    kind = "setting" if member.writable else "reading"
    type_ = member.setting if member.writable and not member.readable else member.returns
    icon = "pencil-simple" if member.writable else "eye"
    spoken = f"{kind} {member.name}"
    return MemberLine(icon, member.name, type_words(type_), _unit(type_), doc, spoken, _documentation(member))


def type_words(type_: TypeDescription) -> str:
    """Return a type in a word or two."""
    if type_.kind in ("enum", "literal"):
        return " | ".join(choice.label for choice in type_.choices[:4]) + (" | …" if len(type_.choices) > 4 else "")
    if type_.kind == "optional":
        return f"{type_words(type_.items[0])} or none"
    if type_.kind in ("list", "array") and type_.items:
        return f"{type_.kind} of {type_words(type_.items[0])}"
    if type_.kind == "any":
        return type_.name
    return type_.name or type_.kind


def bounds_words(type_: TypeDescription) -> str:
    """Return the bounds of a number in words: ``1500 to 1630 nm``; empty where there are none."""
    low, high = type_.ge if type_.ge is not None else type_.gt, type_.le if type_.le is not None else type_.lt
    unit = f" {_unit(type_)}" if _unit(type_) else ""
    if low is not None and high is not None:
        return f"{low:g} to {high:g}{unit}".replace("-", "−")
    if low is not None:
        return f"at least {low:g}{unit}".replace("-", "−")
    if high is not None:
        return f"at most {high:g}{unit}".replace("-", "−")
    return next((words for item in type_.items if (words := bounds_words(item))), "")


def _documentation(member: MemberDescription) -> str:
    """Return all that is known of a member: its text, its parameters with type, bounds and text, what it returns."""
    lines = [member.doc.strip()] if member.doc.strip() else []
    if member.kind == "property":
        words = bounds_words(member.setting if member.writable else member.returns)
        if words:
            lines.append(words)
        return "\n".join(lines)
    for parameter in member.parameters:
        about = ", ".join(
            word for word in (type_words(parameter.type), bounds_words(parameter.type) or _unit(parameter.type)) if word
        )
        default = "" if parameter.required or parameter.kind.startswith("var") else f", default {parameter.default!r}"
        lines.append(f"{parameter.name}: {about}{default}{f' – {parameter.doc}' if parameter.doc else ''}")
    if member.returns.kind not in ("none", "any"):
        unit = _unit(member.returns)
        lines.append(f"returns {type_words(member.returns)}{f' in {unit}' if unit else ''}")
    return "\n".join(lines)


def _unit(type_: TypeDescription) -> str:
    return type_.unit or next((unit for item in type_.items if (unit := _unit(item))), "")


def _parameter(parameter: ParameterDescription) -> str:
    star = {"var-positional": "*", "var-keyword": "**"}.get(parameter.kind, "")
    if star or parameter.required:
        return f"{star}{parameter.name}"
    return f"{parameter.name}={parameter.default!r}"
