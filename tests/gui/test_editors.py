"""Editors of typed values: what was typed stays, what is wrong is said, what is read back is the same."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from pyrolab_gui.ui.editors import Editor, editor_for
from pyrolab_gui.ui.editors.bool_editor import BoolEditor
from pyrolab_gui.ui.editors.cells_dialog import CellsDialog
from pyrolab_gui.ui.editors.choice_editor import ChoiceEditor
from pyrolab_gui.ui.editors.fields_editor import FieldsEditor
from pyrolab_gui.ui.editors.file_editor import FileEditor
from pyrolab_gui.ui.editors.lines_editor import LinesEditor
from pyrolab_gui.ui.editors.optional_editor import OptionalEditor
from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.editors.union_editor import UnionEditor
from pyrolab_gui.wire.description import Choice, ParameterDescription, TypeDescription, TypeKind

FLOAT = TypeDescription("float")
POWER = TypeDescription("float", unit="mW", ge=0.1, le=13.0)
COLORS = (Choice("Red", "r"), Choice("Green", "g"))
MANY = tuple(Choice(f"Choice number {n}", n) for n in range(9))

EVERY_KIND = {
    "none": (TypeDescription("none"), None),
    "bool": (TypeDescription("bool"), True),
    "int": (TypeDescription("int"), 10**40),
    "float": (FLOAT, 1e-9),
    "complex": (TypeDescription("complex"), 1 - 2j),
    "str": (TypeDescription("str"), "two  spaces "),
    "bytes": (TypeDescription("bytes"), b"\r\n\xff"),
    "path": (TypeDescription("path"), "/tmp/x y.csv"),
    "datetime": (TypeDescription("datetime"), "2026-03-01T14:05:00"),
    "enum": (TypeDescription("enum", choices=COLORS), "g"),
    "literal": (TypeDescription("literal", choices=MANY), 7),
    "list": (TypeDescription("list", items=(FLOAT,)), [1.5, 2]),
    "tuple": (TypeDescription("tuple", items=(FLOAT, FLOAT)), (1.5, 2)),
    "dict": (TypeDescription("dict"), {"a": [1, 2]}),
    "array": (TypeDescription("array", ndim=1), [1.0, 2.0]),
    "optional": (TypeDescription("optional", items=(FLOAT,)), 0.0),
    "union": (TypeDescription("union", items=(FLOAT, TypeDescription("str"))), "auto"),
    "any": (TypeDescription("any"), {"x": None}),
}


def shown(qtbot, type_: TypeDescription) -> Editor:
    editor = editor_for(type_)
    qtbot.addWidget(editor)
    editor.show()
    return editor


def text_editor(qtbot, type_: TypeDescription) -> TextEditor:
    editor = shown(qtbot, type_)
    assert isinstance(editor, TextEditor)
    return editor


def test_there_is_an_example_of_every_kind():
    assert set(EVERY_KIND) == set(TypeKind.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", list(EVERY_KIND))
def test_every_kind_has_an_editor_that_keeps_its_value(qtbot, kind: str):
    type_, value = EVERY_KIND[kind]
    editor = shown(qtbot, type_)
    heard: list[None] = []
    editor.changed.connect(lambda: heard.append(None))
    editor.set_value(value)
    assert editor.value() == value
    assert type(editor.value()) is type(value)
    assert editor.problem() == ""
    assert not heard, "what the instrument says is no edit"
    editor.set_name("Thing")
    assert editor.accessibleName() == "Thing"
    editor.set_invalid(True)
    editor.set_invalid(False)


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if kind not in ("none", "optional")])
def test_every_editor_starts_with_nothing(qtbot, kind: str):
    editor = shown(qtbot, EVERY_KIND[kind][0])
    assert editor.is_empty()
    editor.set_value(EVERY_KIND[kind][1])
    assert not editor.is_empty()
    editor.clear()
    assert editor.is_empty()


@pytest.mark.parametrize("typed", ["200", "99999", "-5", "abc", "3,5", "  7  ", "1e", "0.00000"])
def test_what_is_typed_is_never_altered(qtbot, typed: str):
    editor = text_editor(qtbot, POWER)
    qtbot.keyClicks(editor.field, typed)
    assert editor.text() == typed
    editor.field.clearFocus()
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert editor.text() == typed


def test_out_of_bounds_is_refused_with_the_bound(qtbot):
    editor = text_editor(qtbot, POWER)
    qtbot.keyClicks(editor.field, "14")
    assert editor.problem() == "At most 13 mW."
    with pytest.raises(ValueError, match="13 mW"):
        editor.value()
    editor.field.clear()
    qtbot.keyClicks(editor.field, "3.5m")
    assert editor.problem().startswith("This value is in mW")


def test_units_and_prefixes_may_be_typed(qtbot):
    editor = text_editor(qtbot, POWER)
    qtbot.keyClicks(editor.field, "500 uW")
    assert editor.value() == 0.5


def test_enter_and_escape_are_signals(qtbot):
    editor = text_editor(qtbot, POWER)
    with qtbot.waitSignal(editor.submitted, timeout=1000):
        qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    with qtbot.waitSignal(editor.cancelled, timeout=1000):
        qtbot.keyClick(editor.field, Qt.Key.Key_Escape)


def test_the_unit_stands_in_the_field(qtbot):
    assert text_editor(qtbot, POWER).field.unit == "mW"


def test_none_is_not_zero(qtbot):
    editor = shown(qtbot, TypeDescription("optional", items=(FLOAT,)))
    assert isinstance(editor, OptionalEditor)
    assert editor.value() is None and not editor.is_empty()
    editor.set_value(0.0)
    assert editor.value() == 0.0 and editor.switch.isChecked()
    editor.switch.click()
    assert editor.value() is None
    editor.switch.click()
    assert editor.value() == 0.0, "what was typed is still there"
    editor.clear()
    editor.switch.click()
    assert editor.is_empty() and "number is needed" in editor.problem()


def test_on_or_off_is_chosen_not_presumed(qtbot):
    editor = shown(qtbot, TypeDescription("bool"))
    assert isinstance(editor, BoolEditor)
    assert editor.problem() == "Choose on or off."
    with qtbot.waitSignal(editor.changed, timeout=1000):
        editor.segments.setCurrent(0)
    assert editor.value() is False


def test_few_choices_are_in_sight_and_many_are_folded(qtbot):
    few = shown(qtbot, TypeDescription("enum", choices=COLORS))
    many = shown(qtbot, TypeDescription("enum", choices=MANY))
    assert isinstance(few, ChoiceEditor) and few._segments is not None
    assert isinstance(many, ChoiceEditor) and many._combo is not None
    assert few.problem() == many.problem() == "Choose one."
    with qtbot.waitSignal(many.changed, timeout=1000):
        qtbot.keyClick(many._combo, Qt.Key.Key_Down)
    assert many.value() == 0
    few.set_value("blue")
    assert few.is_empty(), "a value that is no choice is not shown as one"


def test_an_empty_text_that_was_given_is_a_value(qtbot):
    editor = text_editor(qtbot, TypeDescription("str"))
    assert editor.is_empty()
    editor.set_value("")
    assert not editor.is_empty() and editor.value() == ""


def test_dataclass_fields_are_rows_with_defaults(qtbot):
    pid = TypeDescription(
        "dict",
        name="Pid",
        fields=(
            ParameterDescription("gain", TypeDescription("float", ge=0), doc="Proportional."),
            ParameterDescription("reset_time", FLOAT, default=1.5),
            ParameterDescription("limit", TypeDescription("optional", items=(FLOAT,)), default=None),
        ),
    )
    editor = shown(qtbot, pid)
    assert isinstance(editor, FieldsEditor)
    assert editor.problem().startswith("Gain: ")
    editor.editors["gain"].set_value(2.0)
    assert editor.value() == {"gain": 2.0, "reset_time": 1.5, "limit": None}
    editor.set_value({"gain": 3.0, "reset_time": 2.0, "limit": 4.0})
    assert editor.value() == {"gain": 3.0, "reset_time": 2.0, "limit": 4.0}
    editor.clear()
    assert editor.editors["reset_time"].value() == 1.5


def test_a_literal_that_is_none_says_what_is_needed(qtbot):
    editor = text_editor(qtbot, TypeDescription("list", items=(FLOAT,)))
    assert editor.field.placeholderText() == "list of numbers"
    qtbot.keyClicks(editor.field, "[1, 'x']")
    assert editor.problem() == "Value 2: a number is needed."


# -- what does not fit into a line ---------------------------------------------------------------------------------


def test_a_table_from_a_spreadsheet_is_taken_as_one(qtbot):
    editor = editor_for(TypeDescription("array"))
    qtbot.addWidget(editor)
    assert isinstance(editor, FileEditor)
    QApplication.clipboard().setText("freq\tgain\n1\t2.5\n2\t−3\n")
    editor.show()
    editor.field.setFocus()
    qtbot.keyClick(editor.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "[[1, 2.5], [2, -3]]" and editor.value() == [[1, 2.5], [2, -3]]
    assert not editor.paste("1.5"), "a single number is typed text"
    assert not editor.paste("a\tb\nc\td")


def test_numbers_and_bytes_come_out_of_files(qtbot, tmp_path):
    np.save(tmp_path / "trace.npy", np.arange(1000.0))
    (tmp_path / "short.csv").write_text("x,y\n1,2\n3,4\n")
    (tmp_path / "words.txt").write_text("one\ntwo words\n")
    (tmp_path / "raw.bin").write_bytes(b"\x00\x01\xff")
    array, raw = editor_for(TypeDescription("array")), editor_for(TypeDescription("bytes"))
    for editor in (array, raw):
        qtbot.addWidget(editor)
    assert isinstance(array, FileEditor) and isinstance(raw, FileEditor)
    array.load(str(tmp_path / "trace.npy"))
    assert "reading the file" in array.problem(), "nothing is sent that is not there yet"
    qtbot.waitUntil(lambda: array.field.placeholderText() == "1000 points, from trace.npy", timeout=5000)
    assert len(array.value()) == 1000 and not array.is_empty()
    array.load(str(tmp_path / "short.csv"))
    qtbot.waitUntil(lambda: not array.problem(), timeout=5000)
    assert array.value() == [[1, 2], [3, 4]]
    array.load(str(tmp_path / "words.txt"))
    qtbot.waitUntil(lambda: "holds no table of numbers" in array.problem(), timeout=5000)
    array.clear()
    assert array.is_empty()
    raw.load(str(tmp_path / "raw.bin"))
    qtbot.waitUntil(lambda: not raw.problem(), timeout=5000)
    assert raw.value() == b"\x00\x01\xff"


def test_what_a_file_holds_keeps_to_the_bounds(qtbot, tmp_path):
    volts = TypeDescription("array", items=(TypeDescription("float", unit="V", le=5.0),), ndim=1, max_length=500)
    editor = editor_for(volts)
    qtbot.addWidget(editor)
    assert isinstance(editor, FileEditor)
    trace = np.zeros(400)
    editor.hold(trace, "from trace.npy")
    assert editor.value() is trace
    trace = trace.copy()
    trace[16] = 7
    editor.hold(trace)
    assert editor.problem() == "Value 17: at most 5 V."
    editor.hold(np.zeros((20, 20)))
    assert editor.problem() == "An array of 1 dimension is needed; this has 2."
    editor.hold(np.zeros(501))
    assert editor.problem() == "At most 500 values; there are 501."


# -- in rows and columns -------------------------------------------------------------------------------------------


def table_of(qtbot, type_: TypeDescription, value: object = None) -> tuple[CellsDialog, list[object]]:
    dialog = CellsDialog(type_, "Waveform", value)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    used: list[object] = []
    dialog.chosen.connect(used.append)
    return dialog, used


def type_in_cell(qtbot, dialog: CellsDialog, row: int, column: int, text: str) -> None:
    dialog.table.setCurrentIndex(dialog.model.index(row, column))
    dialog.table.edit(dialog.model.index(row, column))
    field = dialog.table.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.table.is_editing, timeout=1000)


def test_a_list_is_edited_in_a_table(qtbot):
    dialog, used = table_of(qtbot, TypeDescription("list", items=(POWER,)), [1.0, 2.0])
    type_in_cell(qtbot, dialog, 1, 0, "99")
    assert dialog.message.text() == "Row 2: at most 13 mW." and not dialog.use.isEnabled()
    assert dialog.cells.text(1, 0) == "99"
    type_in_cell(qtbot, dialog, 1, 0, "abc")
    assert dialog.cells.text(1, 0) == "abc", "what is typed is never altered"
    assert dialog.message.text() == "Row 2: this is not a number."
    type_in_cell(qtbot, dialog, 1, 0, "500 uW")
    qtbot.waitUntil(lambda: dialog.cells.shape == (3, 1), timeout=1000)  # Enter in the last row began a new one
    assert dialog.use.isEnabled(), "what is empty at the end is not there"
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    dialog.row_button.click()
    assert dialog.message.text().startswith("Row 2: a number is needed"), "a new row is no zero"
    type_in_cell(qtbot, dialog, 1, 0, "3")
    dialog.use.click()
    assert [list(values) for values in used] == [[1.0, 3.0, 0.5]]  # type: ignore[call-overload]


def test_a_spreadsheet_is_pasted_where_the_cursor_is(qtbot):
    dialog, used = table_of(qtbot, TypeDescription("array", items=(FLOAT,)), [[1.0, 2.0], [3.0, 4.0]])
    QApplication.clipboard().setText("5\t6\n7\t8\n")
    dialog.table.setCurrentIndex(dialog.model.index(1, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert dialog.cells.shape == (3, 2)
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    dialog.table.selectAll()
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "5\t6\n7\t8"
    dialog.use.click()
    assert np.array_equal(used[0], [[5, 6], [7, 8]])  # type: ignore[arg-type]


def test_one_column_takes_one(qtbot):
    dialog, used = table_of(qtbot, TypeDescription("list", items=(TypeDescription("int"),)))
    QApplication.clipboard().setText("1\t2\n3\t4\n")
    dialog.paste_button.click()
    assert "one column" in dialog.message.text()
    QApplication.clipboard().setText("1\n2\n")
    dialog.paste_button.click()
    dialog.use.click()
    assert list(used[0]) == [1, 2]  # type: ignore[call-overload]


def test_the_table_of_an_editor_gives_its_values_back(qtbot):
    editor = shown(qtbot, TypeDescription("list", items=(TypeDescription("str"),)))
    assert isinstance(editor, FileEditor)
    editor.set_value(["a", "b"])
    editor.table_button.click()
    dialog = editor.findChild(CellsDialog)
    assert isinstance(dialog, CellsDialog)
    type_in_cell(qtbot, dialog, 0, 0, "left arm")
    with qtbot.waitSignal(editor.changed, timeout=1000):
        dialog.use.click()
    assert editor.value() == ["left arm", "b"]


def test_text_takes_as_many_lines_as_it_has(qtbot):
    editor = editor_for(TypeDescription("str"))
    qtbot.addWidget(editor)
    editor.show()
    assert isinstance(editor, LinesEditor) and editor.is_empty()
    editor.set_value("one\ntwo")
    assert editor.lines.isVisible() and editor.value() == "one\ntwo"
    sent: list[bool] = []
    editor.submitted.connect(lambda: sent.append(True))
    qtbot.keyClick(editor.lines, Qt.Key.Key_Return)
    assert not sent and "\n" in editor.value()
    qtbot.keyClick(editor.lines, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent
    editor.unfold.click()
    assert editor.field.isVisible() and "\n" not in editor.value()


def test_of_several_types_one_is_chosen(qtbot):
    auto = TypeDescription("literal", choices=(Choice("auto", "auto"),))
    editor = shown(qtbot, TypeDescription("union", items=(POWER, auto, TypeDescription("str"))))
    assert isinstance(editor, UnionEditor)
    assert [editor.combo.itemText(n) for n in range(3)] == ["number", "auto", "text"]
    editor.set_value("auto")
    assert editor.combo.currentText() == "auto" and editor.value() == "auto"
    editor.set_value("5")
    assert editor.combo.currentText() == "text", "a text of digits is no number"
    assert editor.value() == "5"
    editor.set_value(3)
    assert editor.combo.currentText() == "number" and editor.value() == 3
    number = editor.current
    assert isinstance(number, TextEditor)
    number.field.setText("99")
    assert editor.problem() == "At most 13 mW."
    with qtbot.waitSignal(editor.changed, timeout=1000):
        editor.combo.setFocus()
        qtbot.keyClick(editor.combo, Qt.Key.Key_Down)
    assert editor.value() == "auto"
    with qtbot.waitSignal(editor.changed, timeout=1000):
        qtbot.keyClick(editor.combo, Qt.Key.Key_Up)
    assert number.text() == "99", "what was typed for a type stays with it"
