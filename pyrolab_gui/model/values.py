"""Types of single values in a lab file, and the forms in which they may be written.

Limits: what YAML readers and PyroLab write for one and the same value (a number in quotes, a list of one-key maps); no
checks between values.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number is wanted here, not true or false")
    return value


def _text_version(value: Any) -> Any:
    return "1.0" if value == 1.0 and isinstance(value, float) else value


def _merged(value: Any) -> Any:
    """Accept PyroLab's older form of parameters: a list of maps with one key each."""
    if value is None:
        return {}
    if not isinstance(value, list):
        return value
    merged: dict[str, Any] = {}
    for item in value:
        if not isinstance(item, dict) or len(item) != 1:
            raise ValueError("each item of the list must be one 'name: value'")
        for key, entry in item.items():
            if key in merged:
                raise ValueError(f"the parameter '{key}' stands twice in the list")
            merged[key] = entry
    return merged


def _empty_if_none(value: Any) -> Any:
    return {} if value is None else value


def _list_if_none(value: Any) -> Any:
    return [] if value is None else value


def _reason(value: Any) -> Any:
    if value is True:
        return "out of service"
    return "" if value is False or value is None else value


def _no_flag(value: Any) -> Any:
    # PyroLab 0.4 took this for true or false; either means that none is named.
    return None if isinstance(value, bool) else value


def _on_off(value: Any) -> Any:
    """Take what YAML 1.1 makes of the words on and off."""
    if not isinstance(value, dict):
        return value
    return {key: {True: "on", False: "off"}[word] if isinstance(word, bool) else word for key, word in value.items()}


WholeNumber = Annotated[int, BeforeValidator(_no_bool)]
Number = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False)]
Port = Annotated[WholeNumber, Field(ge=0, le=65535)]
Seconds = Annotated[Number, Field(ge=0)]
Period = Annotated[Number, Field(gt=0)]
Names = Annotated[tuple[str, ...], BeforeValidator(_list_if_none)]
Texts = Annotated[dict[str, str], BeforeValidator(_empty_if_none)]
Parameters = Annotated[dict[str, Any], BeforeValidator(_merged)]
Address = Annotated[str | None, BeforeValidator(_no_flag)]
Reason = Annotated[str, BeforeValidator(_reason)]
Version = Annotated[Literal["1.0"], BeforeValidator(_text_version)]

OrEmpty = BeforeValidator(_empty_if_none)
"""Accepts a key without a value for a mapping."""

OnOrOff = Annotated[dict[str, Literal["on", "off"]], BeforeValidator(_on_off), OrEmpty]
