"""What the consoles remember from one window to the next: sizes that were dragged, open consoles, plotted readings.

Limits: names only; whether an instrument is there again is seen when the registry lists it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.console_layout import ConsoleLayout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.viewmodels.settings import Settings


@dataclass(frozen=True, slots=True)
class Plotted:
    """A reading on the plot."""

    instrument: str
    member: str
    unit: str
    period: float
    shown_unit: str = ""

    def to_text(self) -> str:
        """Return it as one text, for the settings."""
        return "\t".join((self.instrument, self.member, self.unit, f"{self.period:g}", self.shown_unit))

    @classmethod
    def from_text(cls, text: str) -> Plotted | None:
        """Read what `to_text` wrote; None for anything else."""
        parts = text.split("\t")
        try:
            period = float(parts[3])
            known = 4 <= len(parts) <= 5 and 0 < period < 3600
            return cls(parts[0], parts[1], parts[2], period, "".join(parts[4:])) if known else None
        except (IndexError, ValueError):
            return None


class ConsoleMemory:
    """Remembers, in a file of its own, or for this window alone.

    Parameters
    ----------
    settings
        The file; None to forget at the end.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings
        self._sizes: dict[str, int] = {}
        self._layouts: dict[str, ConsoleLayout] = {}
        self.waiting = self._names("open")
        """Names of consoles that were open and are not yet again."""
        self.current = "" if settings is None else settings.get("current", "")
        read = (Plotted.from_text(text) for text in self._names("plotted"))
        self.waiting_plots = [each for each in read if each is not None]

    def _names(self, key: str) -> list[str]:
        return [] if self._settings is None else list(self._settings.get(key, list[str]()))

    def size(self, name: str, default: int) -> int:
        """Return a size that was dragged, or the default."""
        if name not in self._sizes:
            self._sizes[name] = default if self._settings is None else self._settings.get(name, default)
        return self._sizes[name]

    def remember_size(self, name: str, size: int) -> None:
        """Keep a size that was dragged."""
        self._sizes[name] = size
        if self._settings is not None:
            self._settings.set(name, size)

    def layout(self, name: str) -> ConsoleLayout:
        """Return how the console of an instrument is arranged; what is changed of it is remembered."""
        if name not in self._layouts:
            key = f"layout {name}"
            text = "" if self._settings is None else self._settings.get(key, "")
            self._layouts[name] = ConsoleLayout(text, lambda changed: self._keep(key, changed))
        return self._layouts[name]

    def _keep(self, key: str, text: str) -> None:
        if self._settings is not None:
            self._settings.set(key, text)

    def save(self, names: Iterable[str], current: str, plotted: Iterable[Plotted]) -> str:
        """Write all; what waits for its instrument is kept. Return a sentence where it cannot be written."""
        if self._settings is None:
            return ""
        names, plots = list(names), list(plotted)
        names += [name for name in self.waiting if name not in names]
        plots += [each for each in self.waiting_plots if each not in plots]
        self._settings.set("open", names)
        self._settings.set("current", current or (self.current if self.current in self.waiting else ""))
        self._settings.set("plotted", [each.to_text() for each in plots])
        return self._settings.save()
