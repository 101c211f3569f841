"""Which instruments the parameters of a service name: VISA resources, serial ports, network addresses with a port.

A serial port may be named by its adapter's serial number. Written forms of one thing are made alike
(``ASRL3::INSTR`` and ``COM3``). Limits: looks at the text only; nothing is opened, and whether something is plugged in
is not asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VISA = re.compile(r"(?P<kind>GPIB|USB|TCPIP|ASRL|VXI|PXI|VICP)(?P<board>\d*)::(?P<rest>\S+)", re.IGNORECASE)
_ASRL = re.compile(r"ASRL(?P<port>\d+|/dev/\S+?|COM\d+)(::INSTR)?", re.IGNORECASE)
_COM = re.compile(r"(\\\\\.\\)?(?P<port>COM\d+)", re.IGNORECASE)
_DEVICE = re.compile(r"/dev/\S+")
_KEPT = re.compile(r"hwgrep://VID:PID=(?P<usb>[0-9A-F]{4}:[0-9A-F]{4}) SER=(?P<serial>\S+?)(?=::|$)", re.IGNORECASE)
"""A serial port that is named by its adapter (`wire.serial_ports`)."""
_HOSTS = ("host", "hostname", "ip", "ip_address", "address")


def resources_of(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each instrument that is named: the key of the parameter, and the instrument's name in one form."""
    for key, value in parameters.items():
        if isinstance(value, str):
            found = resource(value)
            if found:
                yield key, found
    port = parameters.get("port")
    host = next((key for key in _HOSTS if isinstance(parameters.get(key), str)), "")
    if host and isinstance(port, int) and not isinstance(port, bool):
        yield host, f"{str(parameters[host]).lower()}:{port}"


@lru_cache(20_000)
def resource(text: str) -> str:
    """Return the one form of an instrument's address; empty for a text that is none."""
    text = text.strip()
    kept = _KEPT.search(text)
    if kept:
        return f"USB {kept['usb'].upper()} with serial number {kept['serial']}"
    serial = _ASRL.fullmatch(text)
    if serial:
        port = serial["port"]
        return f"COM{port}" if port.isdigit() else port if port.startswith("/") else port.upper()
    visa = _VISA.fullmatch(text)
    if visa:
        rest = visa["rest"].upper().removesuffix("::INSTR")
        return f"{visa['kind'].upper()}{visa['board'] or '0'}::{rest}"
    com = _COM.fullmatch(text)
    if com:
        return com["port"].upper()
    return text if _DEVICE.fullmatch(text) else ""


def is_of_network(name: str) -> bool:
    """Whether an instrument is reached over the network, so that its name means the same on every PC."""
    return name.startswith(("TCPIP", "VICP")) or (":" in name and "::" not in name and not name.startswith("/"))
