"""The key value of an entry: what its daemon samples first, as the lab file says, in words.

Limits: shows what the daemon told with its state; asks nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.steady_quantity import SteadyQuantity
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from pyrolab_gui.network.registry import RegistryEntry


class RegistryReadings:
    """Texts of readings; each keeps its prefix from one to the next."""

    def __init__(self) -> None:
        self._steady: dict[tuple[str, str], SteadyQuantity] = {}

    def text(self, key: str, entry: RegistryEntry) -> str:
        """Return the newest reading of an entry; empty where there is none, or its daemon does not answer."""
        if not entry.readings or entry.link not in (ProcessLink.LIVE, ProcessLink.SLOW):
            return ""
        reading = entry.readings[0]
        if isinstance(reading.value, bool):
            return f"{reading.member.replace('_', ' ')} {'yes' if reading.value else 'no'}"
        if isinstance(reading.value, str):
            return f"{reading.value} {reading.unit}".strip()
        steady = self._steady.setdefault((key, reading.member), SteadyQuantity())
        return steady.text(reading.value, reading.unit)
