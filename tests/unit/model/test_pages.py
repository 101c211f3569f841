"""The tiles of overview pages, as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyrolab_gui.model.pages import PageFile, Pages, Tile, tiles_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_line_is_a_reading_a_plot_or_a_note() -> None:
    found = tiles_of(
        [
            "bench.meter.power as Power at the fibre",
            "plot bench.meter.power, cryo.temperature over 2h",
            "note Do not open the valve",
        ]
    )
    assert found == (
        Tile("reading", (("bench.meter", "power"),), "Power at the fibre"),
        Tile("plot", (("bench.meter", "power"), ("cryo", "temperature")), seconds=7_200.0),
        Tile("note", text="Do not open the valve"),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [("power", "no reading"), ("plot", "at least one"), ("plot a.b over soon", "no time"), ("a.b c.d", "no reading")],
)
def test_what_is_no_tile_is_refused_with_the_reason(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Tile.parse(line)


def test_pages_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "bench.pages.yaml"
    pages = Pages(pages={"wall": ("bench.meter.power", "note Valve: closed")})
    PageFile.open(path).save(pages)
    assert PageFile.open(path).value == pages
    path.write_text("pages:\n  wall:\n  - power\n")
    assert PageFile.open(path).problems[0].line == 3
