"""A form made from a pydantic model: an editor for each type, what was typed stays, each error at its field."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton

from pyrolab_gui.model.lab import ENTRY_TYPES
from pyrolab_gui.ui.forms.entries_editor import EntriesEditor
from pyrolab_gui.ui.forms.field_editors import (
    ChoiceEditor,
    LinesEditor,
    NamesEditor,
    NumberEditor,
    SwitchEditor,
    TextEditor,
)
from pyrolab_gui.ui.forms.mapping_editor import MappingEditor, read_literal, write_literal
from pyrolab_gui.ui.forms.model_form import editor_for, model_form


class Limits(BaseModel):
    ge: float | None = None
    le: float | None = None


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field("abc", title="Text", min_length=1, description="Some text.")
    count: int = Field(3, title="Count", ge=0, le=10)
    speed: float = Field(1.5, title="Speed", json_schema_extra={"unit": "mm/s"})
    maybe: int | None = Field(None, title="Maybe")
    nothing: str | None = Field(None, title="Nothing")
    on: bool = Field(False, title="On")
    mode: Literal["slow", "on-failure"] = Field("slow", title="Mode")
    many: Literal["a", "b", "c", "d"] = Field("a", title="Many")
    hosts: str = Field("localhost", title="Hosts", json_schema_extra={"choices": ["localhost", "public"]})
    daemon: str = Field("optics", title="Daemon", json_schema_extra={"refers_to": "daemons"})
    nameservers: tuple[str, ...] = Field((), title="Nameservers", json_schema_extra={"refers_to": "nameservers"})
    paths: tuple[str, ...] = Field((), title="Paths", json_schema_extra={"advanced": True})
    note: str = Field("", title="Note", json_schema_extra={"multiline": True, "advanced": True})
    parameters: dict[str, Any] = Field(default_factory=dict, title="Parameters")
    environment: Annotated[dict[str, str], Field(title="Environment")] = Field(default_factory=dict)
    limits: dict[str, Limits] = Field(default_factory=dict, title="Limits")


CHOICES = {"daemons": ["optics", "cryo"], "nameservers": ["main", "backup"]}


class World:
    """A form whose edits are validated and come back, as the view model does it."""

    def __init__(self, qtbot, **values):
        self.given = {name: getattr(Sample(), name) for name in Sample.model_fields} | values
        self.form = model_form(Sample, self.given, CHOICES)
        self.form.edited.connect(self._on_edited)
        self.edits: list[tuple[str, Any]] = []
        qtbot.addWidget(self.form)
        self.form.show()
        qtbot.waitExposed(self.form)

    def _on_edited(self, name, value):
        self.edits.append((name, value))
        self.given[name] = value
        errors: dict[str, str] = {}
        try:
            model = Sample.model_validate(self.given)
        except ValidationError as error:
            errors = {str(item["loc"][0]): item["msg"] for item in error.errors()}
        else:
            self.given = {name: getattr(model, name) for name in Sample.model_fields}
        self.form.set_values(self.given)
        self.form.set_errors(errors)

    def line(self, name):
        return self.form.editors[name].findChild(QLineEdit)

    def type(self, qtbot, name, text):
        line = self.line(name)
        line.setFocus()
        line.selectAll()
        qtbot.keyClicks(line, text)

    def error(self, name):
        return self.form.rows[name].error


@pytest.fixture
def world(qtbot):
    return World(qtbot)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", TextEditor),
        ("count", NumberEditor),
        ("speed", NumberEditor),
        ("maybe", NumberEditor),
        ("nothing", TextEditor),
        ("on", SwitchEditor),
        ("mode", ChoiceEditor),
        ("many", ChoiceEditor),
        ("hosts", ChoiceEditor),
        ("daemon", ChoiceEditor),
        ("nameservers", NamesEditor),
        ("paths", LinesEditor),
        ("note", LinesEditor),
        ("parameters", MappingEditor),
        ("environment", MappingEditor),
        ("limits", EntriesEditor),
    ],
)
def test_each_type_has_its_editor(qtbot, name, kind):
    editor = editor_for(Sample.model_fields[name], CHOICES)
    qtbot.addWidget(editor)
    assert type(editor) is kind


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "x y"),
        ("count", 7),
        ("speed", 1e-9),
        ("speed", 2.0),
        ("maybe", None),
        ("maybe", 5),
        ("nothing", None),
        ("nothing", "pc3"),
        ("on", True),
        ("mode", "on-failure"),
        ("many", "d"),
        ("hosts", "10.0.0.1"),
        ("daemon", "cryo"),
        ("daemon", "gone"),
        ("nameservers", ("backup", "main")),
        ("nameservers", ("gone", "main")),
        ("paths", ("drivers", "../more")),
        ("note", "two\nlines"),
        ("parameters", {"port": "COM4", "baudrate": 9600, "on": True, "no": None, "list": [1, "a"], "text": "12"}),
        ("environment", {"A": "1", "B": ""}),
    ],
)
def test_what_an_editor_is_given_it_gives_back(qtbot, name, value):
    editor = editor_for(Sample.model_fields[name], CHOICES)
    qtbot.addWidget(editor)
    told: list[bool] = []
    editor.edited.connect(lambda: told.append(True))
    editor.set_value(value)
    assert editor.value() == value
    assert type(editor.value()) is type(value)
    assert told == []


def test_each_keystroke_is_told_and_nothing_typed_is_altered(world, qtbot):
    world.type(qtbot, "speed", "1.50")
    assert [value for name, value in world.edits if name == "speed"] == [1.0, 1.0, 1.5, 1.5]
    assert world.line("speed").text() == "1.50"
    assert world.given["speed"] == 1.5
    world.type(qtbot, "count", "007")
    assert world.line("count").text() == "007"
    assert world.given["count"] == 7


@pytest.mark.parametrize(("name", "typed"), [("count", "200"), ("count", "abc"), ("count", "1.5"), ("speed", "-")])
def test_a_wrong_value_stays_as_typed_with_its_error_at_its_field(world, qtbot, name, typed):
    world.type(qtbot, name, typed)
    assert world.line(name).text() == typed
    assert world.error(name)
    assert world.line(name).property("invalid")
    assert [other for other in world.form.rows if other != name and world.error(other)] == []
    world.type(qtbot, name, "5")
    assert world.error(name) == ""
    assert not world.line(name).property("invalid")


def test_an_emptied_number_is_an_error_but_an_emptied_optional_is_none(world, qtbot):
    world.type(qtbot, "maybe", "5")
    assert world.given["maybe"] == 5
    for name in ("maybe", "count"):
        world.line(name).selectAll()
        qtbot.keyClick(world.line(name), Qt.Key.Key_Delete)
    assert world.given["maybe"] is None
    assert world.error("maybe") == ""
    assert world.error("count")


def test_news_change_only_what_they_are_about(world, qtbot):
    world.type(qtbot, "speed", "2.50")
    cursor = world.line("speed").cursorPosition()
    world.form.set_values({**world.given, "text": "from elsewhere"})
    assert world.line("text").text() == "from elsewhere"
    assert world.line("speed").text() == "2.50"
    assert world.line("speed").cursorPosition() == cursor
    assert world.line("speed").hasFocus()


def test_names_are_checks_and_a_missing_one_says_so(qtbot):
    world = World(qtbot, nameservers=("gone",))
    boxes = {box.text(): box for box in world.form.editors["nameservers"].findChildren(QCheckBox)}
    assert set(boxes) == {"main", "backup", "gone (missing)"}
    qtbot.mouseClick(boxes["main"], Qt.MouseButton.LeftButton)
    assert world.given["nameservers"] == ("gone", "main")
    world.form.set_choices({"nameservers": ["phonebook"]})
    world.form.set_values({**world.given, "nameservers": ("phonebook",)})
    assert world.form.editors["nameservers"].value() == ("phonebook",)


def test_parameters_are_rows_of_name_and_literal(world, qtbot):
    editor = world.form.editors["parameters"]
    add = next(item for item in editor.findChildren(QPushButton) if item.text() == "Add parameter")
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    name, value = editor.findChildren(QLineEdit)[-2:]
    qtbot.keyClicks(value, "[1, 2]")
    assert world.error("parameters") == "Each parameter needs a name."
    qtbot.keyClicks(name, "range")
    assert world.error("parameters") == ""
    assert world.given["parameters"] == {"range": [1, 2]}
    assert value.text() == "[1, 2]"


def test_a_parameter_that_stands_twice_is_kept_and_said(qtbot):
    world = World(qtbot, parameters={"a": 1, "b": 2})
    editor = world.form.editors["parameters"]
    fields = editor.findChildren(QLineEdit)
    fields[2].selectAll()
    qtbot.keyClicks(fields[2], "a")
    assert world.error("parameters") == "The parameter 'a' stands twice."
    assert world.given["parameters"] == (("a", 1), ("a", 2))
    fresh = model_form(Sample, world.given, CHOICES)
    qtbot.addWidget(fresh)
    assert fresh.editors["parameters"].value() == (("a", 1), ("a", 2))


def test_entries_with_keys_of_their_own_are_cards(qtbot):
    world = World(qtbot, limits={"power": Limits(le=5)})
    editor = world.form.editors["limits"]
    name, least, most = editor.findChildren(QLineEdit)
    assert (name.text(), least.text(), most.text()) == ("power", "", "5")
    qtbot.keyClicks(least, "1")
    assert world.given["limits"] == {"power": Limits(ge=1, le=5)}
    assert (least.text(), most.text()) == ("1", "5"), "what is typed stays as it is typed"
    qtbot.keyClicks(least, "x")
    assert world.given["limits"] == {"power": {"ge": "1x", "le": 5.0}}
    assert world.form.rows["limits"].error
    least.clear()
    qtbot.keyClicks(least, "2")
    qtbot.mouseClick(press(editor, "Add limit"), Qt.MouseButton.LeftButton)
    assert world.given["limits"] == {"power": Limits(ge=2, le=5)}, "an empty card is no entry yet"
    fields = editor.findChildren(QLineEdit)
    qtbot.keyClicks(fields[3], "power")
    assert editor.fault() == "The limit of 'power' stands twice."
    qtbot.keyClicks(fields[3], "2")
    qtbot.keyClicks(fields[5], "9")
    assert world.given["limits"] == {"power": Limits(ge=2, le=5), "power2": Limits(le=9)}
    qtbot.mouseClick(press(editor, "Remove the limit of power"), Qt.MouseButton.LeftButton)
    assert world.given["limits"] == {"power2": Limits(le=9)}


def press(editor, name):
    return next(found for found in editor.findChildren(QPushButton) if found.accessibleName() == name)


def test_known_names_and_values_are_offered(qtbot):
    service, daemon = ENTRY_TYPES["services"].model_fields, ENTRY_TYPES["daemons"].model_fields
    for info, value, texts in (
        (service["refresh"], {"power": "idle"}, ["idle"]),
        (daemon["tls"], {"folder": "certs"}, ["folder"]),
    ):
        editor = editor_for(info, CHOICES)
        qtbot.addWidget(editor)
        editor.set_value(value)
        assert [combo.currentText() for combo in editor.findChildren(QComboBox)] == texts
        assert editor.value() == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9600", 9600),
        ("1e-9", 1e-9),
        ("true", True),
        ("False", False),
        ("null", None),
        ("COM4", "COM4"),
        ("'12'", "12"),
        ("{'a': [1]}", {"a": [1]}),
        ("__import__('os')", "__import__('os')"),
        ("(" * 500, "(" * 500),
        ("", ""),
    ],
)
def test_literals_are_read_and_nothing_is_evaluated(text, value):
    assert read_literal(text) == value
    assert read_literal(write_literal(value)) == value


def test_help_is_shown_while_the_field_has_the_focus(world, qtbot):
    row = world.form.rows["text"]
    texts = lambda: [label.text() for label in row.findChildren(object) if hasattr(label, "text") and label.isVisible()]  # noqa: E731
    world.line("count").setFocus()
    assert "Some text." not in texts()
    world.line("text").setFocus()
    qtbot.waitUntil(lambda: "Some text." in texts(), timeout=2000)


def test_advanced_fields_are_folded_until_one_of_them_is_wrong(world):
    assert not world.form.editors["paths"].isVisible()
    world.form.set_errors({"count": "wrong"})
    assert not world.form.fold.is_open
    world.form.set_errors({"paths": "There is no such folder."})
    assert world.form.editors["paths"].isVisible()


def test_a_field_can_be_gone_to_by_name(world, qtbot):
    world.form.focus_field("note")
    assert world.form.fold.is_open
    qtbot.waitUntil(lambda: world.form.editors["note"].focusProxy().hasFocus(), timeout=2000)


def test_what_differs_from_the_file_says_what_it_was(world, qtbot):
    world.type(qtbot, "count", "7")
    world.form.set_saved({**world.given, "count": 3})
    notes = [label.text() for label in world.form.rows["count"].findChildren(object) if hasattr(label, "role")]
    assert "was 3" in notes
    world.form.set_saved(None)
    notes = [label.text() for label in world.form.rows["count"].findChildren(object) if hasattr(label, "role")]
    assert "was 3" not in notes


@pytest.mark.parametrize("kind", list(ENTRY_TYPES))
def test_every_field_of_the_lab_has_a_label_a_help_and_gives_its_default_back(qtbot, kind):
    model = ENTRY_TYPES[kind]
    values = {
        name: "x" if info.is_required() else info.get_default(call_default_factory=True)
        for name, info in model.model_fields.items()
    }
    form = model_form(model, values, CHOICES)
    qtbot.addWidget(form)
    assert form.values() == values
    for name, row in form.rows.items():
        assert row.label.text() != name
        assert model.model_fields[name].description
        assert form.editors[name].accessibleName()
