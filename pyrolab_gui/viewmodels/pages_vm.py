"""One overview page at work: its readings found and read, its plots filled, what is wrong with each said.

Limits: reads only; an instrument that is away is looked for again every two seconds, for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels.plot_vm import PlotViewModel
from pyrolab_gui.viewmodels.value_text import age_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.model.pages import Tile
    from pyrolab_gui.viewmodels.alarms_vm import AlarmsViewModel
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.plot_channel import Channel, Reading
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel

PERIOD = 1.0
PLOT_PERIOD = 0.5
_AGAIN_MS = 2_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tile of a reading shows now: *level* is ``alarm``, ``warn`` or empty."""

    value: str = ""
    unit: str = ""
    stale: bool = True
    level: str = ""
    below: str = "not read yet"


class PageViewModel(QObject):
    """A page.

    Parameters
    ----------
    name
        Its name.
    tiles
        What it shows.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        tiles: Sequence[Tile],
        consoles: ConsolesViewModel,
        plots: PlotsViewModel,
        alarms: AlarmsViewModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.name, self.tiles = name, tuple(tiles)
        self._consoles, self._plots, self._alarms = consoles, plots, alarms
        self._values = PlotViewModel(consoles.readings, self)
        self._stacks = {
            number: PlotViewModel(consoles.readings, self)
            for number, tile in enumerate(self.tiles)
            if tile.kind == "plot"
        }
        for number, stack in self._stacks.items():
            stack.set_window(self.tiles[number].seconds)
        self._asked: set[str] = set()
        self._missing: dict[tuple[str, str], str] = {}
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_AGAIN_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        consoles.rowsChanged.connect(self._look)
        self._look()

    def plot(self, number: int) -> PlotViewModel:
        """Return the plot of a tile."""
        return self._stacks[number]

    def shown(self, number: int) -> Shown:
        """Return what a tile of a reading shows."""
        instrument, member = self.tiles[number].readings[0]
        channel = self._values.find(instrument, member)
        if channel is None:
            return Shown(below=self._missing.get((instrument, member), f"looking for {instrument}"))
        row = self._alarms.level(instrument, member)
        level = row.alarm.level if row is not None else ""
        (value, unit), stale = channel.quantity(), channel.is_stale()
        age = channel.age()
        if stale:
            below = f"{age_text(age)} old" if age is not None else "no value yet"
            if channel.trouble:
                below += f": {channel.trouble}"
        else:
            below = row.beyond() if row is not None else ""
        return Shown(value, unit, stale, level, below)

    def close(self) -> None:
        """Read nothing any more."""
        self._closed = True
        self._timer.stop()
        for plot in (self._values, *self._stacks.values()):
            plot.clear()

    def _look(self) -> None:
        """Ask the instruments whose readings are not here yet what they have."""
        wanted = {place[0] for place, _, _ in self._lacking()}
        for instrument in wanted - self._asked:
            self._asked.add(instrument)
            self._plots.find_readings(instrument, partial(self._on_found, instrument))

    def _lacking(self) -> list[tuple[tuple[str, str], PlotViewModel, float]]:
        found = []
        for number, tile in enumerate(self.tiles):
            plot, period = self._stacks.get(number, self._values), PERIOD if tile.kind == "reading" else PLOT_PERIOD
            found += [(place, plot, period) for place in tile.readings if plot.find(*place) is None]
        return found

    def _on_found(self, instrument: str, readings: list[Reading]) -> None:
        self._asked.discard(instrument)
        if self._closed:
            return
        units = {reading.member: (reading.unit, reading.shown_unit) for reading in readings}
        for (name, member), plot, period in self._lacking():
            if name != instrument:
                continue
            if member in units and (lease := self._consoles.lease(instrument)) is not None:
                unit, shown_unit = units[member]
                channel: Channel = plot.add(lease, member, unit, period, shown_unit=shown_unit)
                lease.close()
                del channel
            else:
                there = f"{instrument} has no reading {member}" if readings else f"{instrument} is not there"
                self._missing[name, member] = there
        self.changed.emit()
