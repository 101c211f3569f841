"""Fields, combo boxes, segmented choices, switches and forms: by mouse and by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pyrolab_gui.ui.theme import LIGHT, font
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.switch import Switch
from pyrolab_gui.ui.widgets.text_label import TextLabel

# Field


def test_field_keeps_room_for_its_unit(qtbot: QtBot) -> None:
    field = Field("1550.000", unit="nm", number=True, width=148)
    qtbot.addWidget(field)
    bare = Field("1550.000", number=True)
    qtbot.addWidget(bare)
    assert field.textMargins().right() > bare.textMargins().right()
    field.set_unit("mm/s²")
    assert (field.unit, field.accessibleDescription()) == ("mm/s²", "mm/s²")
    assert field.alignment() & Qt.AlignmentFlag.AlignRight
    assert (field.height(), field.width()) == (28, 148)


@pytest.mark.parametrize("unit", ["", "nm"])
@pytest.mark.parametrize("icon", ["", "magnifying-glass"])
@pytest.mark.parametrize("hint", ["", "Ctrl K"])
def test_field_paints_in_every_state(qtbot: QtBot, unit: str, icon: str, hint: str) -> None:
    field = Field("text", unit=unit, icon=icon, hint=hint, placeholder="Search", mono=True)
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    for invalid in (False, True):
        for locked in (False, True):
            for enabled in (True, False):
                field.set_invalid(invalid)
                field.set_locked(locked)
                field.setEnabled(enabled)
                field.grab()
    assert field.accessibleName() == "Search"


def test_invalid_field_has_a_red_border(qtbot: QtBot) -> None:
    field = Field("14", width=100)
    qtbot.addWidget(field)
    field.set_invalid(True)
    assert field.invalid
    assert field.grab().toImage().pixelColor(50, 0).name() == LIGHT.error.lower()
    field.set_invalid(False)
    assert field.grab().toImage().pixelColor(50, 0).name() == LIGHT.field.lower()


def test_locked_field_can_be_read_and_copied_but_not_changed(qtbot: QtBot) -> None:
    field = Field("41231")
    qtbot.addWidget(field)
    field.show()
    field.set_locked(True)
    qtbot.keyClicks(field, "9")
    assert field.text() == "41231"
    field.set_locked(False)
    qtbot.keyClicks(field, "9")
    assert field.text() == "412319"


# Combo


def test_combo_takes_texts_and_pairs(qtbot: QtBot) -> None:
    combo = Combo(("a", ("b", 7)))
    qtbot.addWidget(combo)
    assert [combo.itemData(number) for number in range(2)] == ["a", 7]
    combo.setCurrentIndex(1)
    combo.set_items(("x", ("b", 8)))
    assert (combo.currentText(), combo.currentData()) == ("b", 8)
    combo.set_items(("only",))
    assert combo.currentText() == "only"


def test_combo_shows_its_longest_item_whole(qtbot: QtBot) -> None:
    from PySide6.QtGui import QFontMetricsF
    from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

    for text in ("off", "constant power of the laser"):
        combo = Combo((text,))
        qtbot.addWidget(combo)
        combo.adjustSize()
        option = QStyleOptionComboBox()
        combo.initStyleOption(option)
        area = combo.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, combo
        )
        assert area.width() >= QFontMetricsF(font()).horizontalAdvance(text)


def test_replacing_items_is_no_choice_of_the_user(qtbot: QtBot) -> None:
    combo = Combo(("a", "b"))
    qtbot.addWidget(combo)
    with qtbot.assertNotEmitted(combo.currentIndexChanged):
        combo.set_items(("c",))


def test_wheel_over_a_combo_changes_nothing(qtbot: QtBot) -> None:
    combo = Combo(("a", "b", "c"))
    qtbot.addWidget(combo)
    combo.setCurrentIndex(1)
    combo.show()
    none = Qt.KeyboardModifier.NoModifier
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(combo.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, turn)
    assert combo.currentIndex() == 1
    assert not turn.isAccepted()


def test_typed_text_of_an_editable_combo_survives_new_items(qtbot: QtBot) -> None:
    combo = Combo(("localhost",), editable=True)
    qtbot.addWidget(combo)
    combo.setEditText("pc-cryo:9090")
    combo.set_items(("localhost", "public"))
    assert combo.currentText() == "pc-cryo:9090"


def test_combo_paints_open_and_closed(qtbot: QtBot) -> None:
    for editable in (False, True):
        combo = Combo(("a", "b"), editable=editable, kind="ghost")
        qtbot.addWidget(combo)
        combo.show()
        for invalid in (False, True):
            combo.set_invalid(invalid)
            combo.grab()
        combo.showPopup()
        combo.view().grab()
        assert combo.view().sizeHintForRow(0) >= 24
        combo.hidePopup()


# Segmented


def test_segmented_is_chosen_by_mouse(qtbot: QtBot) -> None:
    choice = Segmented(("None", "Start", "Stop"))
    qtbot.addWidget(choice)
    choice.show()
    assert (choice.current(), choice.currentText()) == (0, "None")
    last = choice.findChildren(QWidget)[-1]
    with qtbot.waitSignal(choice.currentChanged, timeout=1000) as signal:
        qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    assert signal.args == [2]
    assert choice.currentText() == "Stop"


def test_segmented_is_one_tab_stop_with_arrows(qtbot: QtBot) -> None:
    page = QWidget()
    row = QHBoxLayout(page)
    before, choice, after = Field(), Segmented(("a", "b", "c")), Field()
    for widget in (before, choice, after):
        row.addWidget(widget)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page, timeout=2000)
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert choice.isAncestorOf(focused)
    qtbot.keyClick(focused, Qt.Key.Key_Right)
    assert choice.currentText() == "b"
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after


def test_segmented_by_program(qtbot: QtBot) -> None:
    choice = Segmented(("a", "b"))
    qtbot.addWidget(choice)
    with qtbot.waitSignal(choice.currentChanged, timeout=1000):
        choice.setCurrentText("b")
    choice.setCurrent(-1)
    assert (choice.current(), choice.currentText()) == (-1, "")
    choice.setCurrent(0)
    assert choice.currentText() == "a"
    with qtbot.assertNotEmitted(choice.currentChanged):
        choice.set_options(("x", "y", "z"))
    assert (choice.options(), choice.currentText()) == (["x", "y", "z"], "x")
    with qtbot.waitSignal(choice.currentChanged, timeout=1000) as signal:
        choice.setCurrent(2)
    assert signal.args == [2]
    choice.set_invalid(True)
    choice.setEnabled(False)
    choice.grab()


def test_segmented_without_options(qtbot: QtBot) -> None:
    choice = Segmented()
    qtbot.addWidget(choice)
    assert (choice.current(), choice.options()) == (-1, [])
    choice.grab()


# Switch


def test_switch_is_switched_by_click_anywhere_and_by_space(qtbot: QtBot) -> None:
    switch = Switch(words=("Off", "On"))
    qtbot.addWidget(switch)
    switch.show()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(switch.width() - 2, 4))
    assert switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    switch.setEnabled(False)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert not switch.isChecked()


def test_switch_keeps_still_when_switched(qtbot: QtBot) -> None:
    switch = Switch(words=("No", "Constant power"))
    qtbot.addWidget(switch)
    before = switch.sizeHint()
    switch.setChecked(True)
    assert switch.sizeHint() == before
    for enabled in (True, False):
        switch.setEnabled(enabled)
        for on in (True, False):
            switch.setChecked(on)
            switch.grab()


# Form


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    page = QWidget()
    column = QVBoxLayout(page)
    shown = Form(112)
    column.addWidget(shown)
    qtbot.addWidget(page)
    page.resize(600, 300)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page, timeout=2000)
    shown.page = page  # type: ignore[attr-defined]  # kept alive
    return shown


def _texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(TextLabel) if label.isVisible() and label.text()]


def test_row_names_its_field(form: Form) -> None:
    field = Field(width=148)
    row = form.add_row("&Power", field, "0.1 – 13 mW")
    QApplication.processEvents()
    assert field.accessibleName() == "Power"
    assert row.label.buddy() is field
    assert _texts(row) == ["0.1 – 13 mW"]
    assert form.rows == (row,)


def test_name_given_before_stays(form: Form) -> None:
    field = Field(placeholder="Host name")
    form.add_row("Host", field)
    assert field.accessibleName() == "Host name"


def test_help_is_shown_while_the_field_has_the_focus(form: Form) -> None:
    first, second = Field(), Field()
    row = form.add_row("Port", first, help="0 lets the system choose one.")
    form.add_row("Host", second)
    QApplication.processEvents()
    second.setFocus()
    assert _texts(row) == []
    first.setFocus()
    assert _texts(row) == ["0 lets the system choose one."]
    row.set_help("Another help.")
    assert _texts(row) == ["Another help."]
    second.setFocus()
    assert _texts(row) == []


def test_help_is_shown_for_a_part_of_a_composite_field(form: Form) -> None:
    both = QWidget()
    line = QHBoxLayout(both)
    inner = Field()
    line.addWidget(inner)
    row = form.add_row("Range", both, help="From and to.")
    QApplication.processEvents()
    inner.setFocus()
    assert _texts(row) == ["From and to."]


def test_error_takes_the_place_of_help_and_marks_the_field(form: Form) -> None:
    field = Field("14")
    row = form.add_row("Power", field, help="Of the output.")
    QApplication.processEvents()
    field.setFocus()
    row.set_error("At most 13 mW.")
    assert (row.error, field.invalid, _texts(row)) == ("At most 13 mW.", True, ["At most 13 mW."])
    assert field.accessibleDescription() == "At most 13 mW."
    row.grab()
    row.set_error("")
    assert (row.error, field.invalid, _texts(row)) == ("", False, ["Of the output."])
    assert field.text() == "14"


def test_error_works_for_a_field_that_cannot_be_marked(form: Form) -> None:
    row = form.add_row("Plain", QLabel("x"))
    row.set_error("Wrong.")
    QApplication.processEvents()
    assert "Wrong." in _texts(row)


def test_note_and_neighbours(form: Form) -> None:
    row = form.add_row("Port", Field(width=90))
    row.set_note("was 0, picked at start", "accent")
    beside = QLabel("beside")
    row.add_beside(beside)
    QApplication.processEvents()
    assert _texts(row) == ["was 0, picked at start"]
    assert beside.isVisible()
    row.set_note("")
    assert _texts(row) == []


def test_rows_hide_and_go(form: Form) -> None:
    row = form.add_row("Port", Field())
    QApplication.processEvents()
    row.set_shown(False)
    assert not row.isVisible()
    assert not row.label.isVisible()
    row.set_shown(True)
    assert row.label.isVisible()
    form.add_wide(QLabel("wide"))
    form.clear()
    assert form.rows == ()
    again = form.add_row("Other", Field())
    QApplication.processEvents()
    assert again.isVisible()
    form.grab()


def test_fields_of_fixed_width_stand_at_the_left_edge(form: Form) -> None:
    narrow, wide = Field(width=90), Field()
    rows = [form.add_row("A", narrow), form.add_row("B", wide)]
    QApplication.processEvents()
    assert narrow.x() == wide.x() == 0
    assert wide.width() == rows[1].width()


def test_form_survives_the_end_of_its_rows(form: Form) -> None:
    first, other = Field(), Field()
    form.add_row("A", first)
    form.clear()
    form.add_row("B", other)
    QApplication.processEvents()
    other.setFocus()  # the row that is gone must not hear of it
    assert QApplication.focusWidget() is other
