"""A service's members in words: one line each, as the inspector lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import MemberDescription, ParameterDescription, TypeDescription


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What is shown of one member; `icon` tells reading, setting and method apart."""

    icon: str
    name: str
    signature: str
    unit: str
    doc: str
    spoken: str


def line_of(member: MemberDescription) -> MemberLine:
    """Return the line of a member."""
    doc = member.doc.strip().split("\n", 1)[0]
    if member.kind == "method":
        signature = f"({', '.join(_parameter(item) for item in member.parameters)})"
        return MemberLine("play", member.name, signature, "", doc, f"method {member.name}{signature}")
    kind = "setting" if member.writable else "reading"
    type_ = member.setting if member.writable and not member.readable else member.returns
    icon = "pencil-simple" if member.writable else "eye"
    return MemberLine(icon, member.name, type_words(type_), _unit(type_), doc, f"{kind} {member.name}")


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


def _unit(type_: TypeDescription) -> str:
    return type_.unit or next((unit for item in type_.items if (unit := _unit(item))), "")


def _parameter(parameter: ParameterDescription) -> str:
    star = {"var-positional": "*", "var-keyword": "**"}.get(parameter.kind, "")
    if star or parameter.required:
        return f"{star}{parameter.name}"
    return f"{parameter.name}={parameter.default!r}"
