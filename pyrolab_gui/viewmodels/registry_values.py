"""What consoles and the plot learn of instruments, for the registry's table: the newest reading, and who answered.

Limits: asks no instrument; shows what the plot and open consoles bring anyway, while it is fresh.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from pyrolab_gui.viewmodels.member_state import is_number
from pyrolab_gui.viewmodels.steady_quantity import SteadyQuantity
from pyrolab_gui.wire.names import FRESH_SECONDS

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel

PERIOD = 1000
"""Milliseconds between two looks."""
FRESH = 10.0
"""Seconds after which a reading is not shown any more."""


class RegistryValues(QTimer):
    """Brings readings to the registry once a second, from the moment it is made until it is stopped."""

    def __init__(self, consoles: ConsolesViewModel, registry: RegistryViewModel) -> None:
        super().__init__()
        self._consoles = consoles
        self._registry = registry
        self._steady: dict[tuple[str, str], SteadyQuantity] = {}
        self._answers: dict[str, float] = {}
        self.setInterval(PERIOD)
        self.timeout.connect(self.look)
        self.start()

    def look(self) -> None:
        """Bring what is there now."""
        values: dict[str, str] = {}
        for channel in self._consoles.plot.channels:
            if not channel.is_stale() and channel.instrument not in values:
                value = channel.series.last_value
                values[channel.instrument] = self._text(channel.instrument, channel.member, value, channel.unit)
        for console in self._consoles.consoles():
            if console.answered is not None:
                self._answers[console.name] = console.answered
            for name, state in console.members.items():
                age = state.age()
                if console.name in values or age is None or age > FRESH or not is_number(state.value):
                    continue
                if state.member.writable or not state.streaming:
                    continue
                values[console.name] = self._text(console.name, name, state.value, state.member.returns.unit)
        self._registry.set_values(values)
        oldest = time.time() - FRESH_SECONDS
        self._answers = {name: when for name, when in self._answers.items() if when >= oldest}
        self._registry.set_answers(self._answers)

    def _text(self, instrument: str, member: str, value: float, unit: str) -> str:
        return self._steady.setdefault((instrument, member), SteadyQuantity()).text(value, unit)
