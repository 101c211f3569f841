"""Drivers to choose from: read from what a child found, searched, and ordered by what is plugged in.

Limits: pure functions of values.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.description import ParameterDescription, parameter_from_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyrolab_gui.supervision.plugged import Plug

_RESOURCES = (
    "port", "resource", "resource_name", "visa_resource", "address", "visa_address", "adapter", "device", "device_name",
    "com_port", "serial_port", "com", "visa", "tty",
)  # fmt: skip
_GENERIC = ("generic", "inc", "ltd", "gmbh", "corp", "co", "usb", "the", "microsoft", "standard")


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver that may be chosen; `path` is the search path that it is found in, empty for an installed one."""

    module: str
    classname: str
    summary: str = ""
    source: str = ""
    maker: str = ""
    usb: tuple[str, ...] = ()
    path: str = ""

    @property
    def title(self) -> str:
        """What it is called in a list."""
        return f"{self.maker} {self.classname}" if self.maker and self.maker != "simulated" else self.classname

    @property
    def place(self) -> str:
        """Where it comes from."""
        return f"{self.module} · {self.source}" if self.source else self.module

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Driver:
        """Read what a child told."""
        names = {field.name for field in fields(cls)}
        known = {key: value for key, value in plain.items() if key in names}
        known["usb"] = tuple(known.get("usb", ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a driver needs and offers, as a child described it."""

    class_name: str
    doc: str = ""
    connects: bool = False
    file: str = ""
    line: int = 0
    parameters: tuple[ParameterDescription, ...] = ()
    detects: bool = False
    identity: str = ""
    readings: int = 0
    settings: int = 0
    actions: int = 0

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Needs:
        """Read what a child told."""
        names = {field.name for field in fields(cls)}
        known = {key: value for key, value in plain.items() if key in names}
        known["parameters"] = tuple(parameter_from_plain(item) for item in plain.get("parameters", ()))
        return cls(**known)

    @property
    def resource(self) -> str:
        """The parameter that names the port or the address; empty where none does."""
        return next((parameter.name for parameter in self.parameters if is_resource(parameter)), "")

    @property
    def offers(self) -> str:
        """In a few words, how many members there are."""
        counts = ((self.readings, "reading"), (self.settings, "setting"), (self.actions, "action"))
        return ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count)

    @property
    def origin(self) -> str:
        """Where the parameters come from: ``connect(), laser.py line 41``."""
        name = self.file.replace("\\", "/").rpartition("/")[2]
        return f"{'connect()' if self.connects else 'constructor'}{f', {name} line {self.line}' if name else ''}"


def is_resource(parameter: ParameterDescription) -> bool:
    """Whether a parameter names a port or an address, going by its name and type."""
    type_ = parameter.type.items[0] if parameter.type.kind == "optional" else parameter.type
    return parameter.name.lower() in _RESOURCES and type_.kind in ("str", "any", "union")


def fits(driver: Driver, plug: Plug | None) -> bool:
    """Whether a driver is known to be for what is plugged in: by USB numbers, or by the maker's name."""
    if plug is None:
        return False
    if driver.usb:
        return plug.usb in driver.usb
    words = [word for word in plug.maker.lower().replace(",", " ").split() if word not in _GENERIC and len(word) > 2]
    return bool(words) and words[0] in f"{driver.module} {driver.classname}".lower()


def chosen(drivers: Iterable[Driver], search: str, plug: Plug | None) -> list[Driver]:
    """Return the drivers in which every word of a search stands, those for what is plugged in first."""
    words = search.lower().split()
    found = [
        driver
        for driver in drivers
        if all(word in f"{driver.module} {driver.classname} {driver.summary} {driver.source}".lower() for word in words)
    ]
    return sorted(found, key=lambda driver: not fits(driver, plug))


def wished_name(driver: Driver, taken: Sequence[str] = ()) -> str:
    """Return a short name for an instrument of a driver: ``tunable_laser`` for TunableLaser."""
    text = ""
    for place, letter in enumerate(driver.classname):
        before = driver.classname[place - 1] if place else ""
        text += f"_{letter}" if letter.isupper() and before.islower() else letter
    return text.lower().strip("_") or "instrument"


def as_parameter(plug: Plug, parameter: str) -> str:
    """Return what a lab file says for what is plugged in: a serial port behind VISA is a resource of it."""
    visa = "visa" in parameter.lower() or parameter.lower().startswith("resource") or parameter == "adapter"
    if plug.kind != "serial" or not visa:
        return plug.kept_as
    name = plug.kept_as
    if name.upper().startswith("COM") and name[3:].isdigit():
        name = name[3:]
    return f"ASRL{name}::INSTR"
