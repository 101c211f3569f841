"""The ports of a computer as they were last looked at, and who of the lab has them.

Limits: a picture of one moment; `held_by_a_program` looks anew, and belongs into a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.model.resources import resource, resources_of
from pyrolab_gui.supervision.plugged import Plug, plugs_of, users_of
from pyrolab_gui.viewmodels.driver_choice import as_parameter
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.serial_ports import SerialPort, names_by_serial, resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class PluggedIn:
    """What is plugged in.

    Parameters
    ----------
    ports, resources, lan
        Serial ports, what VISA has found, and what the network was found to have.
    services
        The parameters of the lab's services, by name.
    holders
        Says which program of that computer has which port open now; may block.
    """

    def __init__(
        self,
        ports: Sequence[SerialPort] = (),
        resources: Sequence[str] = (),
        services: Mapping[str, Mapping[str, Any]] | None = None,
        holders: Callable[[Sequence[str]], Mapping[str, str]] = lambda devices: {},
        lan: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self._ports = tuple(ports)
        self._holders = holders
        self._users = users_of(services or {}, ports)
        self.plugs: tuple[Plug, ...] = plugs_of(
            ports, resources, services or {}, holders([port.device for port in ports]), lan
        )

    def choices(self, parameter: str) -> list[tuple[str, str]]:
        """Return the choices for a parameter that names a port: what is shown, and what the lab file says."""
        return [(f"{plug.address} · {plug.name}", as_parameter(plug, parameter)) for plug in self.plugs]

    def name_of(self, value: str) -> str:
        """Return what a port is called now."""
        try:
            return resolved(value, self._ports) if names_by_serial(value) else value
        except LabError:
            return value

    def note(self, value: str) -> str:
        """Say where a kept port is now, and who has it."""
        note = ""
        if names_by_serial(value):
            try:
                note = f"kept by serial number; {resolved(value, self._ports)} now"
            except LabError as error:
                note = error.sentence
        named = resource(self.name_of(value))
        user = self._users.get(named, "") or self._holder(named)
        return " · ".join(filter(None, (note, f"in use by {user}" if user else "")))

    def users(self, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return what is named by parameters and by a service of the lab too: the instrument, and that service."""
        now = {key: self.name_of(value) if isinstance(value, str) else value for key, value in parameters.items()}
        return [(named, self._users[named]) for _, named in resources_of(now) if named in self._users]

    def held_by_a_program(self, parameters: Mapping[str, Any]) -> str:
        """Return the sentence that another program has a port that parameters name; empty where none has."""
        devices = [self.name_of(value) for value in parameters.values() if isinstance(value, str)]
        for device, holder in self._holders([device for device in devices if device.startswith("/dev/")]).items():
            return f"{device} is in use by {holder}. Close it there first, then test again."
        return ""

    def _holder(self, named: str) -> str:
        return next((plug.holder for plug in self.plugs if named and resource(plug.address) == named), "")
