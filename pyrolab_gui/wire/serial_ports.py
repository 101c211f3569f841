"""Serial ports of this computer, and one that is named by what is plugged into it.

A USB adapter gets another name when it is plugged in elsewhere (COM4, then COM7). Where it has a serial number a lab
file keeps that, in pyserial's own notation: ``hwgrep://VID:PID=0403:6001 SER=A50285BI``, alone or inside a VISA
resource (``ASRLhwgrep://…::INSTR``). Limits: ports are listed, never opened; an adapter without a serial number can
only be kept by its port.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.errors import ConfigInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_KEPT = re.compile(r"hwgrep://(?P<pattern>.+?)(?=::|$)")
_EXACT = re.compile(r"VID:PID=(?P<usb>[0-9A-F]{4}:[0-9A-F]{4}) SER=(?P<serial>\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port and what its adapter says of itself; `usb` is ``0403:6001``, empty for one that is no USB."""

    device: str
    description: str = ""
    usb: str = ""
    serial: str = ""
    maker: str = ""
    product: str = ""
    hardware: str = ""

    @property
    def kept_as(self) -> str:
        """How a lab file names it: by serial number where there is one."""
        return f"hwgrep://VID:PID={self.usb} SER={self.serial}" if self.usb and self.serial else self.device


def serial_ports() -> tuple[SerialPort, ...]:
    """Return the ports that there are now; looks at what the system knows of them and opens none.

    Raises
    ------
    ConfigInvalid
        If pyserial is not installed in this interpreter.
    """
    try:
        from serial.tools.list_ports import comports
    except ImportError as error:
        raise ConfigInvalid("Serial ports cannot be listed: pyserial is not installed in this interpreter.") from error
    found = []
    for port in comports():
        usb = f"{port.vid:04X}:{port.pid:04X}" if port.vid is not None and port.pid is not None else ""
        hardware = "" if port.hwid in (None, "n/a") else str(port.hwid)
        if not hardware and not usb and port.device.startswith("/dev/ttyS"):
            continue  # Linux lists places for boards that are not there
        found.append(
            SerialPort(
                str(port.device),
                "" if port.description in (None, "n/a") else str(port.description),
                usb,
                str(port.serial_number or ""),
                str(port.manufacturer or ""),
                str(port.product or ""),
                hardware,
            )
        )
    return tuple(sorted(found, key=lambda port: (not port.usb, port.device)))


def names_by_serial(value: Any) -> bool:
    """Whether a parameter names a port by what is plugged into it."""
    return isinstance(value, str) and _KEPT.search(value) is not None


def resolved(value: str, ports: Sequence[SerialPort] | None = None) -> str:
    """Return a parameter with the port's name of now in the place of the serial number.

    Raises
    ------
    ConfigInvalid
        If no such adapter is plugged in, or several are.
    """
    kept = _KEPT.search(value)
    if kept is None:
        return value
    fitting = [port for port in (serial_ports() if ports is None else ports) if _fits(port, kept["pattern"])]
    if len(fitting) == 1:
        device = fitting[0].device
        if value[: kept.start()].upper().startswith("ASRL") and device.upper().startswith("COM"):
            device = device[3:]  # as VISA libraries name it
        return value[: kept.start()] + device + value[kept.end() :]
    if fitting:
        devices = ", ".join(port.device for port in fitting)
        raise ConfigInvalid(f"Several adapters are {words_of(kept['pattern'])}: {devices}.")
    raise ConfigInvalid(f"Not plugged in: {words_of(kept['pattern'])}.")


def with_ports_of_now(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters of a driver with the names of ports as they are now. Raises as `resolved`."""
    return {key: resolved(value) if names_by_serial(value) else value for key, value in parameters.items()}


def ports_of_now(parameters: Mapping[str, Any]) -> str:
    """Return, in words, where kept ports are now: ``port: COM4 now``. Raises as `serial_ports`."""
    ports = serial_ports()
    found = []
    for key, value in parameters.items():
        try:
            found.append(f"{key}: {resolved(value, ports)} now")
        except ConfigInvalid as error:
            found.append(f"{key}: {error.sentence[:1].lower()}{error.sentence[1:].rstrip('.')}")
    return "; ".join(found)


def devices_of_now(values: Iterable[Any]) -> dict[str, str]:
    """Return what parameters that name a port by its serial number are now; one that is not plugged in is left out.

    Raises as `serial_ports`.
    """
    kept = {value for value in values if names_by_serial(value)}
    ports = serial_ports() if kept else ()
    found = {}
    for value in kept:
        with contextlib.suppress(ConfigInvalid):
            found[value] = resolved(value, ports)
    return found


def words_of(pattern: str) -> str:
    """Return in words what a kept name looks for: ``USB 0403:6001, serial number A50285BI``."""
    exact = _EXACT.fullmatch(pattern.removeprefix("hwgrep://").strip())
    return f"USB {exact['usb']}, serial number {exact['serial']}" if exact else f"a port like “{pattern}”"


def _fits(port: SerialPort, pattern: str) -> bool:
    exact = _EXACT.fullmatch(pattern.strip())
    if exact is not None:  # not as a pattern: A1 would fit A12 too
        return (port.usb.upper(), port.serial) == (exact["usb"].upper(), exact["serial"])
    try:
        found = re.compile(pattern, re.IGNORECASE)
    except re.error:
        return False
    return any(found.search(text) for text in (port.device, port.description, port.hardware))
