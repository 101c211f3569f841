"""The next window finds the consoles and the plot as they were, as soon as their instruments are listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrolab_gui.viewmodels.console_memory import ConsoleMemory, Plotted
from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
from pyrolab_gui.viewmodels.settings import Settings
from tests.unit.viewmodels.console_fakes import (
    URI,
    DirectBridge,
    FakeControl,
    FakeEntry,
    FakeFeed,
    FakeInstrument,
    FakeNotices,
    laser,
)

LASER = FakeEntry("optics.laser", URI, object_id="laser")
METER = FakeEntry("optics.meter", "PYRO:meter@127.0.0.1:4711", object_id="meter")


class Identity:
    who = "ann@bench"
    person = "ann"
    client = "c1"


def window(file: Path) -> ConsolesViewModel:
    return ConsolesViewModel(
        Identity(),  # type: ignore[arg-type]
        FakeNotices(),
        DirectBridge(),
        memory=Settings(file),
        make_feed=FakeFeed,
        make_instrument=lambda *_: FakeInstrument(laser()),
        make_control=FakeControl,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "consoles.json"


def test_open_consoles_and_the_plot_come_back(qapp, file: Path):
    first = window(file)
    first.set_entries([LASER, METER])
    for name in ("optics.laser", "optics.meter"):
        first.open_known(name)
    first.open_known("optics.laser")
    first.plot.add(first.consoles()[1].lease, "power", "mW", 0.2)
    first.aclose()
    second = window(file)
    assert second.consoles() == [] and second.plot.channels == []
    second.set_entries([METER])
    assert [console.name for console in second.consoles()] == ["optics.meter"]
    assert [(c.label, c.unit, c.period) for c in second.plot.channels] == [("optics.meter.power", "mW", 0.2)]
    second.aclose()
    third = window(file)
    third.set_entries([LASER, METER])
    assert {console.name for console in third.consoles()} == {"optics.laser", "optics.meter"}, "who was away is kept"
    third.aclose()


def test_the_chosen_instrument_is_chosen_again_but_not_taken_from_under_the_hand(qapp, file: Path):
    first = window(file)
    first.set_entries([LASER, METER])
    first.open_known("optics.meter")
    first.open_known("optics.laser")
    first.aclose()
    second = window(file)
    second.set_entries([LASER, METER])
    assert second.current is not None and second.current.name == "optics.laser"
    second.aclose()
    third = window(file)
    third.set_entries([METER])
    chosen = third.open_known("optics.meter")
    third.set_entries([LASER, METER])
    assert third.current is chosen
    third.aclose()


def test_what_was_closed_does_not_come_back(qapp, file: Path):
    first = window(file)
    first.set_entries([LASER])
    first.open_known("optics.laser")
    first.close("optics.laser")
    first.aclose()
    second = window(file)
    second.set_entries([LASER])
    assert second.consoles() == [] and second.current is None
    second.aclose()


def test_a_strange_file_is_no_obstacle(file: Path):
    file.write_text(
        '{"open": 5, "current": [], "plotted": ["x", "a\\tb\\tc\\tzero", "a\\tb\\tc\\t-1"], "plot_height": "x"}'
    )
    memory = ConsoleMemory(Settings(file))
    assert (memory.waiting, memory.current, memory.waiting_plots, memory.size("plot_height", 7)) == ([], "", [], 7)
    assert Plotted.from_text(Plotted("a", "b", "", 0.5).to_text()) == Plotted("a", "b", "", 0.5)


def test_a_folder_that_cannot_be_written_is_said(qapp, tmp_path: Path):
    (tmp_path / "blocked").write_text("")
    first = window(tmp_path / "blocked" / "consoles.json")
    first.set_entries([LASER])
    first.open_known("optics.laser")
    notices = first._notifications
    first.aclose()
    assert "could not be saved" in notices.said[0]  # type: ignore[attr-defined]
