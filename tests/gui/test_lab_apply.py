"""What applying does is said before; it waits where it is to wait; every edit can be taken back, with the keys too."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.wire.child import ChildKind
from pyrolab_gui.wire.supervision import Hit, HitCall, HitLock, HitOutput, HitRecording
from tests.gui.test_daemons_tab import LINKS, OPTICS, TEXT, World, dialogs

LASER = Entry("services", "laser")
CONTROL = Qt.KeyboardModifier.ControlModifier
BACK = CONTROL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def world(qtbot, tmp_path):
    made = World(qtbot, tmp_path).open()
    made.supervisor.tell("optics", services=LINKS)
    made.supervisor.tell("main", kind=ChildKind.NAMESERVER)
    yield made
    made.vm.close()


def review(world):
    (dialog,) = dialogs(world.tab, "review-dialog")
    return dialog


def orders(world):
    return world.supervisor.asked


def test_what_follows_is_said_by_name_and_only_what_changed_restarts(world):
    world.supervisor.hit = (Hit(OPTICS, 1, (HitCall("laser", "sweep", "ann@pc7", time.time() - 3),)),)
    world.lab.set_value(LASER, "parameters", {"port": "COM4"})
    assert world.tab.bar.note.text() == "applying restarts optics"
    world.click("apply-now")
    dialog = review(world)
    assert dialog.effects.text() == "Daemon optics restarts: laser: port COM4."
    assert "laser.sweep has been running for ann@pc7" in dialog.hits.text()
    assert "+  laser: {module: m" in dialog.diff.toPlainText()
    assert dialog.focusWidget() is dialog.cancel and dialog.cancel.isDefault()
    world.click("review-now", dialog)
    assert orders(world) == [("restart", (OPTICS,))]
    assert "COM4" in world.path.read_text()
    assert not world.lab.edited


def test_nothing_can_be_interrupted_before_it_is_known_who_is(world):
    held = []
    world.vm.ask_hits = lambda keys, answered: held.append(answered)
    world.lab.set_value(LASER, "concurrent", True)
    dialog = world.tab.review()
    assert not dialog.now.isEnabled()
    held[0]("")
    assert dialog.now.isEnabled()
    assert dialog.hits.text() == "Nobody works with it now."
    world.click("review-save", dialog)
    assert "concurrent: true" in world.path.read_text()
    assert orders(world) == []


def test_what_interrupts_nothing_is_applied_at_once(world):
    world.lab.set_value(Entry("daemons", "cryo"), "port", 41300)
    assert world.tab.bar.note.text() == "not applied; nothing that runs is interrupted"
    world.click("apply-now")
    assert dialogs(world.tab, "review-dialog") == []
    assert "41300" in world.path.read_text()
    assert orders(world) == []


def test_an_open_problem_forbids_it_and_is_the_reason(world):
    world.lab.set_value(LASER, "daemon", "gone")
    assert not world.button("apply-now").isEnabled()
    assert world.tab.bar.note.text().startswith("A problem is open. services.laser.daemon: The lab has no daemon")
    dialog = world.tab.review()
    assert not dialog.now.isEnabled() and not dialog.idle.isEnabled()
    dialog.reject()
    assert not world.vm.apply.apply()
    assert world.notifications.errors[-1].sentence.startswith("Not applied. A problem is open.")
    assert world.path.read_text() == TEXT


def test_what_is_idle_is_waited_for_and_can_be_withdrawn(world, qtbot):
    world.supervisor.hit = (Hit(OPTICS, 1, (), (HitLock("laser", "ann@pc7", time.time()),)),)
    world.lab.set_value(LASER, "concurrent", True)
    world.click("review-idle", world.tab.review())
    assert world.tab.bar.title.text() == "Applied when idle"
    assert world.tab.bar.note.text() == "waits for laser, in use by ann@pc7"
    world.click("apply-withdraw")
    assert not world.vm.apply.pending
    assert world.lab.edited
    recorded = HitRecording("laser", "power", "ann@pc7")
    world.supervisor.hit = (
        Hit(OPTICS, recordings=(recorded, recorded), outputs=(HitOutput("laser", "output"), HitOutput("lamp", ""))),
    )
    world.click("review-idle", world.tab.review())
    assert world.tab.bar.note.text() == "waits for laser.output, which is on; lamp, which is on and 1 more"
    world.lab.set_value(LASER, "note", "goggles")
    assert not world.vm.apply.pending, "what was reviewed is not what would be applied"
    assert "edited since" in world.notifications.warnings[-1].sentence
    world.click("review-idle", world.tab.review())
    world.supervisor.hit = ()
    qtbot.waitUntil(lambda: not world.lab.edited, timeout=5000)
    assert orders(world) == [("restart", (OPTICS,))]
    assert "goggles" in world.path.read_text()


def test_a_daemon_that_is_renamed_is_stopped_and_started_in_one_order(world):
    world.lab.rename(Entry("daemons", "optics"), "light")
    assert [effect.sentence for effect in world.vm.apply.effects()] == [
        "Daemon optics stops: it is called light now.",
        "Daemon light starts: it was called optics.",
    ]
    assert world.vm.apply.apply()
    assert orders(world) == [("restart", (OPTICS, "daemon/light"))]


def test_what_runs_for_another_lab_is_left_alone(world):
    world.supervisor.tell("stranger")
    world.lab.set_value(Entry("daemons", "cryo"), "port", 41300)
    assert all(effect.key != "daemon/stranger" for effect in world.vm.apply.effects())


def test_typing_is_one_step_and_the_keys_take_it_back_everywhere(world, qtbot):
    world.configure(OPTICS)
    world.type("port", "41231")
    world.type("stop_seconds", "9")
    line = world.line("stop_seconds")
    qtbot.keyClick(line, Qt.Key.Key_Z, CONTROL)
    assert (line.text(), world.lab.values(Entry("daemons", "optics"))["stop_seconds"]) == ("5", 5.0)
    assert world.lab.values(Entry("daemons", "optics"))["port"] == 41231
    world.tab.select("daemon/cryo")
    world.tab.tree.setFocus()
    qtbot.keyClick(world.tab.tree, Qt.Key.Key_Z, CONTROL)
    assert not world.lab.edited
    assert world.tab.tree.current_key == OPTICS, "what was taken back is shown"
    assert world.line("port").text() == "0"
    qtbot.keyClick(world.line("port"), Qt.Key.Key_Z, BACK)
    assert world.line("port").text() == "41231"


def test_all_kinds_of_edits_are_taken_back_and_made_again(world):
    lab = world.lab
    lab.set_starts_with_lab(Entry("daemons", "cryo"), True)
    lab.rename(Entry("daemons", "optics"), "light")
    lab.duplicate(LASER)
    lab.remove(Entry("services", "meter"))
    lab.set_value(LASER, "daemon", "cryo")
    lab.set_text(lab.text + "# the end\n")
    after = lab.text
    words = []
    while lab.history.undo_words:
        words.append(lab.history.undo_words)
        lab.history.undo()
    assert words == [
        "Text",
        "Daemon of laser",
        "Remove meter",
        "Duplicate laser",
        "Rename optics to light",
        "Start of cryo with the lab",
    ]
    assert lab.text == TEXT and not lab.edited
    while lab.history.redo_words:
        lab.history.redo()
    assert lab.text == after


def test_an_edit_is_taken_back_after_it_was_applied_byte_for_byte(world):
    world.lab.rename(Entry("daemons", "optics"), "light")
    world.lab.set_value(LASER, "note", "goggles")
    assert world.vm.apply.apply()
    assert world.path.read_text() != TEXT
    world.lab.history.undo()
    world.lab.history.undo()
    assert world.lab.edited
    assert world.vm.apply.apply()
    assert world.path.read_text() == TEXT


def test_text_fields_have_their_own_keys_in_dialogs(world, qtbot):
    dialog = world.tab.add_entry("daemons")
    name = dialog.name.findChild(QLineEdit)
    qtbot.keyClicks(name, "x")
    qtbot.keyClick(name, Qt.Key.Key_Z, CONTROL)
    assert not world.lab.history.redo_words
    assert dialog.findChildren(QPlainTextEdit) == []
    dialog.reject()
