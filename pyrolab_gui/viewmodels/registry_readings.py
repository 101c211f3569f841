"""The key value of an entry in words: what its daemon samples first, as the lab file says, or what an alarm is about.

Limits: shows what the daemon told with its state, and the alarm with its own; asks nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.network.registry_entry import Reading
from pyrolab_gui.viewmodels.steady_quantity import SteadyQuantity
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from pyrolab_gui.network.registry import RegistryEntry
    from pyrolab_gui.viewmodels.registry_rows import RowAlarm

_ANSWERS = (ProcessLink.LIVE, ProcessLink.SLOW)


class RegistryReadings:
    """Texts of readings; each keeps its prefix from one to the next."""

    def __init__(self) -> None:
        self._steady: dict[tuple[str, str], SteadyQuantity] = {}

    def text(self, key: str, entry: RegistryEntry) -> str:
        """Return the newest reading of an entry; empty where there is none, or its daemon does not answer."""
        if not entry.readings or entry.link not in _ANSWERS:
            return ""
        return self._words(key, entry.readings[0])

    def out(self, key: str, entry: RegistryEntry, alarm: RowAlarm) -> str:
        """Return the reading that an alarm is about, by its name where it is not the one that is shown otherwise."""
        known = {reading.member: reading for reading in entry.readings if entry.link in _ANSWERS}
        reading = known.get(alarm.member)
        if reading is None:
            if alarm.value is None or entry.link not in _ANSWERS:
                return ""
            reading = Reading(alarm.member, alarm.value, alarm.unit)
        text = self._words(key, reading)
        usual = not entry.readings or entry.readings[0].member == alarm.member or isinstance(reading.value, bool)
        return text if usual else f"{alarm.member.replace('_', ' ')} {text}"

    def _words(self, key: str, reading: Reading) -> str:
        if isinstance(reading.value, bool):
            return f"{reading.member.replace('_', ' ')} {'yes' if reading.value else 'no'}"
        if isinstance(reading.value, str):
            return f"{reading.value} {reading.unit}".strip()
        steady = self._steady.setdefault((key, reading.member), SteadyQuantity())
        return steady.text(reading.value, reading.unit)
