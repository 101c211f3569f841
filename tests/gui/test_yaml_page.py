"""The text of the lab is edited beside the forms: both say the same, and a mistake in the text harms nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from pyrolab_gui.ui.daemons.detail import CONFIGURATION, YAML
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.viewmodels.lab_draft import Entry
from tests.gui.test_daemons_tab import OPTICS, TEXT, World

OPTICS_ENTRY = Entry("daemons", "optics")


@pytest.fixture
def world(qtbot, tmp_path):
    made = World(qtbot, tmp_path).open()
    made.tab.select(OPTICS)
    made.tab.detail.show_page(YAML)
    yield made
    made.vm.close()


def page(world):
    return world.tab.detail.yaml


def type_below(world, line, text):
    view = page(world).view
    cursor = view.textCursor()
    cursor.setPosition(view.document().findBlockByNumber(line - 1).position())
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
    view.setTextCursor(cursor)
    view.setFocus()
    for number, part in enumerate(text.split("\n")):
        if number:
            world.qtbot.keyClick(view, Qt.Key.Key_Return)
        world.qtbot.keyClicks(view, part)


def line_of(text):
    return TEXT.splitlines().index(text) + 1


def test_what_is_typed_is_in_the_forms_at_once_and_comments_stay(world):
    type_below(world, line_of("    nameservers: [main]"), "  # found by all")
    assert world.lab.changes == 1
    view = page(world).view
    world.qtbot.keyClick(view, Qt.Key.Key_Return)
    world.qtbot.keyClicks(view, "port: 41231")
    assert world.lab.values(OPTICS_ENTRY)["port"] == 41231
    world.lab.set_value(OPTICS_ENTRY, "port", 41232)
    assert "    nameservers: [main]  # found by all\n    port: 41232\n" in view.toPlainText()
    assert world.lab.save()
    assert world.path.read_text() == view.toPlainText()


def test_a_mistake_is_marked_at_its_line_and_the_forms_keep_what_they_had(world):
    wrong = line_of("    nameservers: [main]") + 1
    type_below(world, wrong - 1, "\nport: [")
    assert page(world).view.wrong_lines
    assert page(world).banner.isVisible()
    assert world.lab.values(OPTICS_ENTRY)["port"] == 0
    assert not world.button("apply-now").isEnabled()
    assert world.tab.bar.note.text().startswith("The text has a mistake in line ")
    world.tab.detail.show_page(CONFIGURATION)
    form = world.tab.detail.configuration
    assert form.banner.isVisible() and not form.form.isEnabled()
    assert not world.lab.save()
    assert world.path.read_text() == TEXT
    world.tab.detail.show_page(YAML)
    world.click("yaml-back")
    assert "port" not in page(world).view.toPlainText()
    assert world.lab.text_problems == ()
    world.lab.undo()
    assert page(world).view.toPlainText().count("port: [") == 1, "taken back by mistake"


def test_a_wrong_value_in_the_text_is_said_in_the_words_of_the_form(world):
    type_below(world, line_of("    nameservers: [main]"), "\nport: abc")
    assert "Must be a whole number, not 'abc'." in page(world).banner.title
    assert page(world).view.wrong_lines == {line_of("    nameservers: [main]") + 1}


def test_the_cursor_stays_where_one_types_and_where_one_reads(world):
    view = page(world).view
    type_below(world, line_of("  cryo: {}"), "  # cold")
    assert view.line == line_of("  cryo: {}")
    world.lab.set_value(OPTICS_ENTRY, "port", 41231)
    assert view.line == line_of("  cryo: {}") + 1, "a line came above it"


def test_steps_of_the_text_are_lines(world):
    type_below(world, line_of("  cryo: {}"), "  # cold")
    type_below(world, line_of("  main: {}"), "  # book")
    world.lab.undo()
    assert "# cold" in page(world).view.toPlainText() and "# book" not in page(world).view.toPlainText()
    world.lab.undo()
    assert page(world).view.toPlainText() == TEXT


def test_an_entry_renamed_in_the_text_is_the_same_entry(world):
    world.lab.set_text(TEXT.replace("optics", "light"))
    assert world.lab.renamed_children() == {OPTICS: "daemon/light"}


@pytest.mark.parametrize("text", ["a: \U0001f600 b\n", "x: é\n# \U0001f600\U0001f600 end\n"])
def test_characters_beyond_the_basic_plane_keep_their_places(world, text):
    view = page(world).view
    view.put_text(TEXT + text)
    view.put_text(TEXT + text.replace("b", "c").replace("end", "END"))
    assert view.toPlainText() == TEXT + text.replace("b", "c").replace("end", "END")


def test_a_file_with_a_mistake_can_be_mended_here(world):
    world.path.write_text("daemons:\n  optics: {port: abc}\n", encoding="utf-8")
    world.lab.open(world.path)
    world.tab.problems.itemActivated.emit(world.tab.problems.item(0))
    assert page(world).view.isVisible()
    world.lab.set_text("daemons:\n  optics: {port: 41231}\n")
    assert world.lab.usable
    assert world.lab.values(OPTICS_ENTRY)["port"] == 41231
    assert world.lab.save()
    assert world.path.read_text() == "daemons:\n  optics: {port: 41231}\n"


def test_another_theme_is_no_edit_of_a_text_that_nobody_has_looked_at(qtbot, qapp, tmp_path):
    world = World(qtbot, tmp_path).open()
    world.tab.select(OPTICS)  # its page of YAML stays behind the one of status
    for theme in ("dark", "light"):
        apply_theme(qapp, theme)
        qapp.processEvents()
    assert not world.lab.edited
    assert world.lab.text == TEXT
    world.vm.close()
