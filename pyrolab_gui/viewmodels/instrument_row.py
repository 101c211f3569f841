"""One known instrument as the list of the consoles shows it.

Limits: a snapshot; made anew when anything of it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrolab_gui.wire.health import Verdict


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """One known instrument as the list shows it."""

    name: str
    uri: str
    verdict: Verdict
    is_open: bool = False
    class_name: str = ""
    running: str = ""
    pending: int = 0
    lock: str = ""
    foreign: bool = False
    """Whether it is listed where a lab is looked at that does not have it."""
    out_of_service: str = ""
    """Why the lab file takes it out of use for now."""
    alarm: tuple[str, str] = ("", "")
    """The worst that stands about one of its readings (``warn`` or ``alarm``), and what is said of it."""

    @property
    def group(self) -> str:
        """The prefix before the last dot, or an empty text."""
        return self.name.rpartition(".")[0]

    @property
    def short(self) -> str:
        """The name within its group."""
        return self.name.rpartition(".")[2]
