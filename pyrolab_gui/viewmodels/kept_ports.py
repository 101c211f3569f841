"""Where the ports are now that a lab names by serial number, so that one named in two ways is a problem of the lab.

Limits: asked in the background when another serial number is named; what is plugged in later is seen when the lab is
opened or saved again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pyrolab_gui.wire.serial_ports import devices_of_now, names_by_serial

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel


class KeptPorts(QObject):
    """Tells a lab under edit what its kept ports are called now.

    Parameters
    ----------
    lab
        The lab, of this PC.
    background
        Looks at the ports.
    """

    def __init__(self, lab: LabViewModel, background: Background) -> None:
        super().__init__(lab)
        self._lab = lab
        self._background = background
        self._asked: frozenset[str] = frozenset()
        lab.loaded.connect(self._ask_anew)
        lab.changed.connect(self._ask)
        self._ask()

    def _ask_anew(self) -> None:
        self._asked = frozenset()
        self._ask()

    def _ask(self) -> None:
        services = self._lab.lab.services.values() if self._lab.lab is not None else ()
        kept = frozenset(v for service in services for v in service.parameters.values() if names_by_serial(v))
        if kept != self._asked:
            self._asked = kept
            self._background.ask(lambda: devices_of_now(kept), self._lab.set_ports, lambda _: None)
