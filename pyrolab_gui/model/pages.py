"""The overview pages of a lab: readings, plots and notes to look at from afar, in a file beside the lab file.

Each page is a list of tiles, a line each: ``cryo.temperature``, ``plot cryo.temperature meter.power over 10min``,
``note Do not open the valve``. Limits: whether an instrument is there is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from pyrolab_gui.model.parts import Part
from pyrolab_gui.model.side_file import SideFile
from pyrolab_gui.model.values import OrEmpty, Version

TileKind: TypeAlias = Literal["reading", "plot", "note"]
_READING = re.compile(r"[^\s.](?:[^\s]*[^\s.])?\.\w+")
_OVER = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)")
_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
PLOT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: what it shows of which readings (instrument, member), or a text."""

    kind: TileKind
    readings: tuple[tuple[str, str], ...] = ()
    text: str = ""
    seconds: float = PLOT_SECONDS

    @classmethod
    def parse(cls, line: str) -> Tile:
        """Read a line.

        Raises
        ------
        ValueError
            If it is no tile; the text is a sentence.
        """
        line = line.strip()
        word, _, rest = line.partition(" ")
        if word == "note":
            return cls("note", text=rest.strip())
        if word != "plot":
            name, _, label = line.partition(" as ")
            return cls("reading", (_reading(name.strip()),), label.strip())
        rest, _, span = rest.partition(" over ")
        names = rest.replace(",", " ").split()
        if not names:
            raise ValueError("a plot needs at least one reading: plot cryo.temperature")
        seconds = PLOT_SECONDS
        if span:
            found = _OVER.fullmatch(span.strip())
            if found is None:
                raise ValueError(f"'{span.strip()}' is no time; it may be 30s, 10min or 2h")
            seconds = float(found[1]) * _UNITS[found[2]]
        return cls("plot", tuple(_reading(name) for name in names), seconds=seconds)


def _reading(name: str) -> tuple[str, str]:
    if _READING.fullmatch(name) is None:
        raise ValueError(f"'{name}' is no reading; write INSTRUMENT.MEMBER, or begin the line with plot or note")
    instrument, _, member = name.rpartition(".")
    return instrument, member


def _checked(lines: tuple[str, ...]) -> tuple[str, ...]:
    for line in lines:
        Tile.parse(line)
    return lines


Lines = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], AfterValidator(_checked)]


class Pages(Part):
    """All pages of a lab, by their names."""

    version: Version = "1.0"
    pages: Annotated[dict[str, Lines], OrEmpty] = Field(default_factory=dict)


class PageFile(SideFile[Pages]):
    """The file of the pages."""

    model = Pages


def tiles_of(lines: tuple[str, ...] | list[str]) -> tuple[Tile, ...]:
    """Return the tiles of a page."""
    return tuple(Tile.parse(line) for line in lines)
