"""What is plugged into this computer, and who has it: a service of the lab, or another program.

Limits: nothing is opened, and nothing is sent. Which program holds a port is known on Linux only (elsewhere a port in
use is told by the system when it is opened); of other people's programs there it is not.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.model.resources import is_of_network, resource, resources_of
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.serial_ports import SerialPort, names_by_serial, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Plug:
    """Something that an instrument may be behind.

    `address` is how it is called now, `kept_as` how a lab file names it; `service` is the service of the lab that names
    it, `holder` another program that has it open.
    """

    kind: str
    address: str
    kept_as: str
    name: str = ""
    usb: str = ""
    serial: str = ""
    maker: str = ""
    service: str = ""
    holder: str = ""

    @property
    def words(self) -> str:
        """What it says of itself."""
        return " · ".join(filter(None, (self.name, f"serial number {self.serial}" if self.serial else "")))

    @property
    def used_by(self) -> str:
        """In a few words, who has it; empty where nobody is known to."""
        return f"in use by {self.service or self.holder}" if self.service or self.holder else ""


def plugs_of(
    ports: Sequence[SerialPort],
    resources: Iterable[str],
    services: Mapping[str, Mapping[str, Any]],
    held: Mapping[str, str],
    lan: Iterable[Mapping[str, str]] = (),
) -> tuple[Plug, ...]:
    """Return what is plugged in.

    Parameters
    ----------
    ports
        The serial ports.
    resources
        What VISA has found.
    services
        The parameters of the lab's services, by name.
    held
        Which program has which port open (`holders`).
    lan
        What was found in the network (`network.lan_search.LanInstrument`, made plain).
    """
    taken = users_of(services, ports)
    found = [
        Plug(
            "serial",
            port.device,
            port.kept_as,
            _name(port),
            port.usb,
            port.serial,
            port.maker,
            taken.get(resource(port.device), ""),
            held.get(port.device, ""),
        )
        for port in ports
    ]
    known = {resource(port.device) for port in ports}
    for told in lan:
        known.add(resource(told["address"]))
        found.append(_of_network(told, taken))
    for address in resources:
        if resource(address) not in known:
            usb = _visa_usb(address)
            found.append(Plug("visa", address, address, "VISA", usb, service=taken.get(resource(address), "")))
    return tuple(found)


def users_of(services: Mapping[str, Mapping[str, Any]], ports: Sequence[SerialPort]) -> dict[str, str]:
    """Return which service names which instrument (`model.resources`), ports that are kept by serial number as now."""
    found: dict[str, str] = {}
    for name, parameters in services.items():
        for _, instrument in resources_of({key: _of_now(value, ports) for key, value in parameters.items()}):
            found.setdefault(instrument, name)
    return found


def holders(devices: Sequence[str]) -> dict[str, str]:
    """Return which program has which serial port open: ``python3 (process 4711)``."""
    if sys.platform != "linux":
        return {}
    numbers: dict[int, str] = {}
    for device in devices:
        try:
            numbers[os.stat(device).st_rdev] = device
        except OSError:
            continue
    found: dict[str, str] = {}
    for pid in filter(str.isdigit, os.listdir("/proc")) if numbers else ():
        for held in _devices_of(pid) & numbers.keys():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as comm:
                found.setdefault(numbers[held], f"{comm.read().strip()} (process {pid})")
    return found


def _of_network(told: Mapping[str, str], taken: Mapping[str, str]) -> Plug:
    """Return what was found in the network; who names its host in another way has it too."""
    address, host = told["address"], told["host"].lower()
    user = next((service for named, service in taken.items() if is_of_network(named) and host in _hosts_in(named)), "")
    maker, model = told.get("maker", ""), told.get("model", "")
    name = model if maker and model.startswith(maker) else f"{maker} {model}".strip()
    return Plug("lan", address, address, name or "instrument in the network", "", told.get("serial", ""), maker, user)


def _hosts_in(named: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in named.replace("::", " ").replace(":", " ").split())


def _devices_of(pid: str) -> set[int]:
    """Return the numbers of the devices that a process has open; none where it has ended or is somebody else's."""
    found = set()
    with contextlib.suppress(OSError):
        for number in os.listdir(f"/proc/{pid}/fd"):
            descriptor = f"/proc/{pid}/fd/{number}"
            with contextlib.suppress(OSError):  # closed meanwhile; the others are looked at all the same
                if os.readlink(descriptor).startswith("/dev/"):
                    found.add(os.stat(descriptor).st_rdev)
    return found


def _of_now(value: Any, ports: Sequence[SerialPort]) -> Any:
    if not names_by_serial(value):
        return value
    try:
        return resolved(value, ports)
    except LabError:
        return value


def _name(port: SerialPort) -> str:
    maker: str = "" if port.maker and port.product.startswith(port.maker) else port.maker
    return " ".join(filter(None, (maker, port.product))) or port.description or "serial port"


def _visa_usb(address: str) -> str:
    """Return vendor and product of a USB resource: ``USB0::0x1AB1::0x04CE::DS1Z::INSTR``."""
    parts = address.upper().split("::")
    if parts[0].startswith("USB") and len(parts) > 3:
        try:
            return f"{int(parts[1], 0):04X}:{int(parts[2], 0):04X}"
        except ValueError:
            return ""
    return ""
