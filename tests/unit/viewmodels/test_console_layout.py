"""How a console is arranged, and what is remembered of it."""

from __future__ import annotations

import pytest

from pyrolab_gui.viewmodels.console_layout import ConsoleLayout, Favourite
from pyrolab_gui.viewmodels.console_memory import ConsoleMemory
from pyrolab_gui.viewmodels.settings import Settings
from tests.unit.viewmodels.console_fakes import method, prop

SETTINGS = [prop("power", writable=True), prop("mode", writable=True), prop("setpoint", writable=True, group="Heater")]
METHODS = [method("sweep", doc="Scan the wavelength."), method("reset"), method("halt", role="stop")]


def shown(layout: ConsoleLayout, members=SETTINGS, words: str = "") -> dict[str, list[str]]:
    parts = layout.parts(members, "Settings", words)
    return {part.title: [member.name for member in part.members] for part in parts}


def test_the_parts_come_from_the_driver():
    layout = ConsoleLayout()
    assert shown(layout) == {"Settings": ["power", "mode"], "Heater": ["setpoint"]}
    assert shown(layout, METHODS) == {"Settings": ["sweep", "halt"], "Advanced": ["reset"]}
    layout.set_view("operator")
    assert shown(layout, METHODS) == {"Settings": ["sweep", "halt"]}


def test_a_person_puts_first_hides_and_moves():
    layout = ConsoleLayout()
    layout.star("setpoint", True)
    assert shown(layout) == {"Settings": ["setpoint", "power", "mode"]}
    layout.hide("power", True)
    assert shown(layout) == {"Settings": ["setpoint", "mode"], "Advanced": ["power"]}
    layout.star("power", True)
    assert not layout.is_hidden("power"), "what stands first is not hidden"
    layout.reset()
    assert layout.move("mode", ["power", "mode"], -1) and not layout.move("mode", ["mode", "power"], -1)
    assert shown(layout)["Settings"] == ["mode", "power"]
    layout.star("reset", True)
    assert shown(layout, METHODS)["Settings"][0] == "reset", "an advanced one that is wanted is not advanced"


def test_searching_finds_names_labels_docs_and_what_is_hidden():
    layout = ConsoleLayout()
    layout.hide("power", True)
    layout.set_view("operator")
    assert shown(layout, words="pow") == {"Settings": ["power"]}
    assert shown(layout, METHODS, "WAVE scan") == {"Settings": ["sweep"]}
    assert shown(layout, METHODS, "reset") == {"Settings": ["reset"]}
    assert shown(layout, words="zzz") == {}


def test_everything_is_remembered_by_the_instrument(tmp_path):
    memory = ConsoleMemory(Settings(tmp_path / "consoles.json"))
    layout = memory.layout("optics.laser")
    layout.set_view("operator")
    layout.star("mode", True)
    layout.set_patience("sweep", 60.0)
    layout.set_ask_first(True)
    assert layout.add_favourite(Favourite("sweep", [1520.0, 1580.0], {"repeats": 2}))
    assert not layout.add_favourite(Favourite("write", [b"\x00"])), "bytes cannot stand in the file"
    memory.save([], "", [])
    again = ConsoleMemory(Settings(tmp_path / "consoles.json")).layout("optics.laser")
    assert (again.view, again.is_starred("mode"), again.patience("sweep"), again.ask_first) == (
        "operator", True, 60.0, True,
    )  # fmt: skip
    assert again.favourites == [Favourite("sweep", [1520.0, 1580.0], {"repeats": 2})]
    again.drop_favourite(again.favourites[0])
    assert again.favourites == []
    assert ConsoleMemory(Settings(tmp_path / "consoles.json")).layout("other").to_text() == ""


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"view": 3}', '{"view": "x", "order": [1], "patience": {"a": "b"}, "favourites": [1, {}]}']
)
def test_what_does_not_fit_is_forgotten(text):
    layout = ConsoleLayout(text)
    assert layout.view == "expert"
    assert layout.favourites == []
    assert shown(layout)["Settings"] == ["power", "mode"]
