"""The Daemons tab: the tree's states, acts that make sense, edits that are never lost, saving."""

from __future__ import annotations

import time
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from pyrolab_gui.ui.daemons.detail import CONFIGURATION, LOG, STATUS, YAML
from pyrolab_gui.ui.daemons.status_page import facts
from pyrolab_gui.ui.daemons.tree_model import NodeRole
from pyrolab_gui.ui.daemons_tab import DaemonsTab
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.wire import serial_ports
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, ServiceStatus
from pyrolab_gui.wire.serial_ports import SerialPort
from pyrolab_gui.wire.supervision import ChildStatistics, Hit, HitCall
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications, Supervisor
from tests.unit.viewmodels.registry_fakes import DirectBridge

TEXT = """\
version: "1.0"
nameservers:
  main: {}
daemons:
  optics:
    nameservers: [main]
  cryo: {}
services:
  laser: {module: m, classname: Laser, instancemode: single, daemon: optics, nameservers: [main]}
  meter: {module: m, classname: Meter, instancemode: single, daemon: optics, nameservers: [main]}
"""
OPTICS = "daemon/optics"
LINKS = (ServiceStatus("laser", "connected"), ServiceStatus("meter", "not-connected", "no such port COM7"))


class World:
    def __init__(self, qtbot, folder):
        self.path = folder / "bench.yaml"
        self.path.write_text(TEXT, encoding="utf-8")
        self.supervisor, self.notifications = Supervisor(), Notifications()
        self.lab = LabViewModel(self.notifications)
        self.vm = DaemonsViewModel(self.supervisor, self.lab, self.notifications, DirectBridge(), DirectBackground())  # type: ignore[arg-type]
        self.tab = DaemonsTab(self.vm)
        qtbot.addWidget(self.tab)
        self.tab.resize(1280, 690)
        self.tab.show()
        qtbot.waitExposed(self.tab)
        self.qtbot = qtbot

    def open(self):
        assert self.lab.open(self.path)
        return self

    def button(self, name, parent=None):
        found = (parent or self.tab).findChild(QPushButton, name)
        assert found is not None, name
        return found

    def click(self, name, parent=None):
        self.qtbot.mouseClick(self.button(name, parent), Qt.MouseButton.LeftButton)

    def configure(self, key):
        self.tab.select(key)
        self.tab.detail.show_page(CONFIGURATION)
        return self.tab.detail.configuration

    def line(self, field):
        form = self.tab.detail.configuration.form
        assert form is not None
        return form.editors[field].findChild(QLineEdit)

    def type(self, field, text):
        line = self.line(field)
        line.setFocus()
        line.selectAll()
        self.qtbot.keyClicks(line, text)

    def node(self, key):
        return self.tab.tree.nodes.index_of(key).data(NodeRole)

    @property
    def acts(self):
        return {name: self.button(f"detail-{name}").isEnabled() for name in ("start", "restart", "stop")}


@pytest.fixture
def bare(qtbot, tmp_path):
    made = World(qtbot, tmp_path)
    yield made
    made.vm.close()


@pytest.fixture
def world(bare):
    return bare.open()


def dialogs(tab, name):
    return [item for item in tab.findChildren(QWidget, name) if item.isVisible()]


def test_a_file_that_cannot_be_used_shows_its_problems_and_is_read_again(bare, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(
        "pyrolab_gui.ui.daemons.host_page.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    bare.path.write_text(TEXT.replace("cryo: {}", "cryo: {port: abc}\n  warm: {nameservers: [gone]}"), encoding="utf-8")
    assert not bare.lab.open(bare.path)
    assert bare.tab.problems.isVisible()
    assert [bare.tab.problems.item(row).text() for row in range(bare.tab.problems.count())] == [
        "line 7 · cryo · port: Must be a whole number, not 'abc'.",
        "line 8 · warm · nameservers: The lab has no nameserver 'gone'. It has: main.",
    ]
    shown = [item.objectName() for item in bare.tab.empty.findChildren(QPushButton) if item.isVisible()]
    assert sorted(shown) == ["empty-edit", "empty-open", "empty-read"]
    bare.click("empty-edit")
    assert opened == [str(bare.path)]
    bare.path.write_text(TEXT, encoding="utf-8")
    bare.click("empty-read")
    assert not bare.tab.empty.isVisible()
    assert not bare.tab.problems.isVisible()


def test_problems_of_a_file_that_is_opened_are_listed_at_once(bare):
    bare.path.write_text(TEXT.replace("daemon: optics,", "daemon: gone,", 1), encoding="utf-8")
    assert bare.lab.open(bare.path)
    assert bare.tab.problems.isVisible()
    assert "The lab has no daemon 'gone'" in bare.tab.problems.item(0).text()


def test_without_a_lab_there_are_three_ways_to_begin(bare):
    assert bare.tab.empty.isVisible()
    asked: list[Any] = []
    bare.tab.demoRequested.connect(lambda: asked.append("demo"))
    bare.click("empty-demo")
    assert asked == ["demo"]
    bare.click("empty-open")
    dialog = bare.tab.findChild(QFileDialog)
    dialog.fileSelected.emit(str(bare.path))
    dialog.reject()
    assert not bare.tab.empty.isVisible()
    assert bare.lab.name == "bench"


def test_a_new_lab_is_made_where_it_is_asked_for(bare):
    bare.click("empty-new")
    bare.click("template-next", dialogs(bare.tab, "template-dialog")[0])
    dialog = bare.tab.findChild(QFileDialog)
    dialog.fileSelected.emit(str(bare.path.parent / "fresh.yaml"))
    dialog.reject()
    assert bare.lab.name == "fresh"
    assert bare.node("daemon/instruments") is not None


def test_a_file_that_cannot_be_understood_lists_its_problems_with_their_lines(bare):
    bare.path.write_text("daemons:\n  optics:\n    port: abc\n", encoding="utf-8")
    bare.lab.open(bare.path)
    assert bare.tab.empty.isVisible()
    assert bare.tab.problems.isVisible()
    assert bare.tab.problems.item(0).text().startswith("line 3 · optics · port: Must be a whole number")


def test_the_tree_shows_states_and_what_they_roll_up_to(world):
    assert world.node(OPTICS).state == "stopped"
    world.supervisor.tell("optics", services=LINKS)
    assert (world.node(OPTICS).word, world.node("service/meter").word) == ("1 of 2 not connected", "not connected")
    world.supervisor.tell("cryo", ChildState.FAILED, error="cryo failed.")
    assert world.node("computer").word == "1 of 3 failed"


@pytest.mark.parametrize(
    ("state", "start", "restart", "stop"),
    [
        (ChildState.STOPPED, True, False, False),
        (ChildState.STARTING, False, False, True),
        (ChildState.RUNNING, False, True, True),
        (ChildState.UNRESPONSIVE, False, True, True),
        (ChildState.BACKOFF, True, False, True),
        (ChildState.FAILED, True, False, False),
        (ChildState.STOPPING, False, False, False),
        (ChildState.EXITED, True, False, False),
    ],
)
def test_only_buttons_that_make_sense_are_enabled_and_they_keep_still(world, state, start, restart, stop):
    world.tab.select("daemon/cryo")
    before = [world.button(f"detail-{name}").pos() for name in ("start", "restart", "stop")]
    world.supervisor.tell("cryo", state)
    assert world.acts == {"start": start, "restart": restart, "stop": stop}
    assert [world.button(f"detail-{name}").pos() for name in ("start", "restart", "stop")] == before


def test_a_click_starts_and_stops_what_is_selected(world):
    world.tab.select("daemon/cryo")
    world.click("detail-start")
    world.supervisor.tell("cryo")
    world.click("detail-stop")
    assert world.supervisor.asked == [("start", ("daemon/cryo",)), ("stop", ("daemon/cryo",))]


@pytest.mark.parametrize("verb", ["stop", "restart"])
def test_a_daemon_with_services_is_asked_about_first(world, verb):
    world.supervisor.tell("optics", services=LINKS)
    world.tab.select(OPTICS)
    world.click(f"detail-{verb}")
    dialog = dialogs(world.tab, "question-dialog")[0]
    yes, no = world.button("question-yes", dialog), world.button("question-no", dialog)
    assert no.isDefault() and not yes.isDefault()
    world.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert world.supervisor.asked == []
    world.click(f"detail-{verb}")
    world.click("question-yes", dialogs(world.tab, "question-dialog")[0])
    assert world.supervisor.asked == [(verb, (OPTICS,))]


def test_start_all_and_stop_all(world):
    assert not world.button("daemons-stop-all").isEnabled()
    world.click("daemons-start-all")
    assert world.supervisor.asked == [("start", ("nameserver/main", OPTICS, "daemon/cryo"))]
    for name in ("optics", "cryo"):
        world.supervisor.tell(name, services=LINKS if name == "optics" else ())
    world.supervisor.tell("main", kind=ChildKind.NAMESERVER)
    assert not world.button("daemons-start-all").isEnabled()
    world.click("daemons-stop-all")
    world.click("question-yes", dialogs(world.tab, "question-dialog")[0])
    assert world.supervisor.asked[-1] == ("stop", ("nameserver/main", OPTICS, "daemon/cryo"))


def test_the_tab_begins_in_the_tree_not_on_a_button(world, qtbot):
    qtbot.waitUntil(world.tab.tree.hasFocus, timeout=2000)


def test_a_failed_child_shows_its_sentence_its_exit_and_its_last_lines(world):
    world.tab.select("daemon/cryo")
    world.supervisor.tell(
        "cryo", ChildState.FAILED, error="cryo could not start: port in use.", detail="a\nTraceback", exit_code=1
    )
    page = world.tab.detail.status_page
    assert page.banner.isVisible()
    assert page.banner.title == "cryo could not start: port in use."
    assert page.output.toPlainText() == "a\nTraceback"
    assert world.tab.detail.tabs.badge(STATUS) == ("failed", 1)
    world.click("status-start")
    assert world.supervisor.asked == [("start", ("daemon/cryo",))]
    world.supervisor.tell("cryo")
    assert not page.banner.isVisible()
    assert not page.output.isVisible()


def test_a_running_daemon_lists_its_services_with_link_and_error(world):
    world.tab.select(OPTICS)
    world.supervisor.tell("optics", services=LINKS)
    lines = world.tab.detail.status_page.services.lines()
    assert [(line.name, line.note, line.state, line.error) for line in lines] == [
        ("laser", "m.Laser", "connected", ""),
        ("meter", "m.Meter", "not-connected", "no such port COM7"),
    ]
    world.tab.detail.status_page.services.opened.emit("service/meter")
    assert world.tab.tree.current_key == "service/meter"
    assert world.tab.detail.status_page.banner.title == "no such port COM7"


def test_the_facts_of_a_child_tick():
    status = ChildStatus(ChildKind.DAEMON, "x", ChildState.RUNNING, 4711, 1000.0, "PYRO:Pyro.Daemon@localhost:41231", 2)
    assert facts(status, 1041.0) == [
        ("pid", "4711"),
        ("up", "41 s"),
        ("address", "localhost:41231"),
    ]
    assert facts(None) == []


def test_a_service_of_a_running_daemon_opens_its_console(world):
    asked: list[tuple[str, str]] = []
    world.vm.consoleRequested.connect(lambda uri, name: asked.append((uri, name)))
    world.tab.select("service/laser")
    assert not world.button("detail-console").isEnabled()
    world.supervisor.tell("optics", uri="PYRO:Pyro.Daemon@localhost:41231", services=LINKS)
    world.click("detail-console")
    world.tab.tree.setFocus()
    world.qtbot.keyClick(world.tab.tree, Qt.Key.Key_Return)
    assert asked == [("PYRO:laser@localhost:41231", "laser")] * 2
    world.click("detail-daemon")
    assert world.tab.tree.current_key == OPTICS


def test_typing_marks_the_entry_and_shows_the_bar(world):
    world.configure(OPTICS)
    assert not world.tab.bar.isVisible()
    world.type("port", "41231")
    assert world.tab.bar.isVisible()
    assert world.tab.bar.title.text() == "1 change"
    assert world.node(OPTICS).edited


def test_a_wrong_value_is_said_at_its_field_and_forbids_saving(world):
    world.configure(OPTICS)
    world.type("port", "70000")
    assert world.tab.detail.configuration.form.rows["port"].error == "Must be at most 65535, not 70000."
    assert not world.button("apply-now").isEnabled()
    assert world.node(OPTICS).problems == 1
    assert world.tab.detail.tabs.badge(CONFIGURATION) == ("failed", 1)
    world.type("port", "7000")
    assert world.tab.detail.configuration.form.rows["port"].error == ""
    assert world.button("apply-now").isEnabled()


def test_what_is_typed_survives_news_and_other_entries(world):
    world.configure(OPTICS)
    world.type("port", "abc")
    world.supervisor.tell("optics", services=LINKS)
    world.supervisor.tell("cryo", ChildState.FAILED, error="cryo failed.")
    assert world.line("port").text() == "abc"
    assert world.line("port").hasFocus()
    world.configure("daemon/cryo")
    assert world.line("port").text() == "0"
    world.configure(OPTICS)
    assert world.line("port").text() == "abc"
    assert world.tab.detail.configuration.form.rows["port"].error


def test_saving_writes_the_file_and_loads_the_supervisor(world):
    world.configure(OPTICS)
    world.type("port", "41231")
    world.click("apply-now")
    assert "port: 41231" in world.path.read_text(encoding="utf-8")
    assert world.supervisor.plans[-1].daemons[0].port == 41231
    assert not world.tab.bar.isVisible()
    assert not world.node(OPTICS).edited


def test_a_running_child_that_changed_offers_its_restart(world):
    world.supervisor.tell("optics", services=LINKS, changed=True)
    assert world.tab.bar.note.text() == "optics: changed, restart to apply"
    world.click("apply-restart")
    world.click("question-yes", dialogs(world.tab, "question-dialog")[0])
    assert world.supervisor.asked == [("restart", (OPTICS,))]
    world.supervisor.tell("optics", services=LINKS)
    assert not world.tab.bar.isVisible()


def test_a_save_that_fails_keeps_the_edits_and_is_told(world):
    world.configure(OPTICS)
    world.type("port", "41231")
    world.path.write_text(TEXT + "# somebody else\n", encoding="utf-8")
    world.click("apply-now")
    assert "changed by somebody else" in world.notifications.errors[0].sentence
    assert world.line("port").text() == "41231"
    assert world.tab.bar.title.text() == "1 change"


def test_discarding_can_be_undone(world):
    world.configure(OPTICS)
    world.type("port", "41231")
    world.click("apply-discard")
    assert world.line("port").text() == "0"
    world.click("apply-undo")
    assert world.line("port").text() == "41231"


def test_renaming_follows_references_and_keeps_form_and_selection(world):
    page = world.configure(OPTICS)
    world.type("port", "41231")
    form = page.form
    page.name.setFocus()
    page.name.selectAll()
    world.qtbot.keyClicks(page.name, "light")
    world.qtbot.keyClick(page.name, Qt.Key.Key_Return)
    assert world.tab.tree.current_key == world.tab.detail.key == "daemon/light"
    assert page.form is form
    assert world.lab.entries("services")["laser"]["daemon"] == "light"
    assert [child.key for child in world.vm.tree.children[1].children] == ["service/laser", "service/meter"]
    world.click("apply-now")
    assert "daemon: light" in world.path.read_text(encoding="utf-8")


def test_a_service_that_moves_to_another_daemon_keeps_its_form(world):
    page = world.configure("service/laser")
    form = page.form
    combo = form.editors["daemon"].findChild(QComboBox)
    combo.setFocus()
    world.qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert world.lab.values(Entry("services", "laser"))["daemon"] == "cryo"
    assert world.tab.tree.nodes.index_of("service/laser").parent() == world.tab.tree.nodes.index_of("daemon/cryo")
    assert world.tab.tree.current_key == world.tab.detail.key == "service/laser"
    assert page.form is form
    assert combo.hasFocus()


def test_a_name_that_is_taken_stays_with_a_sentence(world):
    page = world.configure(OPTICS)
    page.name.setFocus()
    page.name.selectAll()
    world.qtbot.keyClicks(page.name, "cryo")
    world.qtbot.keyClick(page.name, Qt.Key.Key_Return)
    assert page.name.text() == "cryo"
    assert page.name_row.error == "There is already a daemon called 'cryo'."
    assert world.lab.has(Entry("daemons", "optics"))


def test_the_problem_list_goes_to_the_entry_and_its_field(world):
    world.lab.set_value(Entry("services", "laser"), "daemon", "gone")
    assert world.tab.bar.isVisible()
    world.click("apply-problems")
    item = world.tab.problems.item(0)
    assert item.text().startswith("laser · daemon: The lab has no daemon 'gone'")
    world.tab.problems.itemActivated.emit(item)
    assert world.tab.tree.current_key == "service/laser"
    assert world.tab.detail.tabs.current() == CONFIGURATION
    focus = world.tab.detail.configuration.form.editors["daemon"]
    world.qtbot.waitUntil(lambda: focus.isAncestorOf(world.tab.focusWidget()), timeout=2000)


def test_a_problem_of_no_entry_goes_to_its_line_with_no_entry_marked(bare):
    bare.path.write_text(f"{TEXT}autolaunch: {{daemons: [nobody]}}\n", encoding="utf-8")
    assert bare.lab.open(bare.path)
    bare.tab.select(OPTICS)
    (row,) = [row for row in range(bare.tab.problems.count()) if "nobody" in bare.tab.problems.item(row).text()]
    bare.tab.problems.itemActivated.emit(bare.tab.problems.item(row))
    assert bare.tab.tree.current_key == "computer"
    view = bare.tab.detail.yaml.view
    assert view.isVisible()
    assert "nobody" in view.textCursor().block().text()


def test_an_instrument_is_added_to_its_daemon(world):
    world.configure("daemon/cryo")
    world.click("add-instrument")
    world.click("wizard-by-hand", dialogs(world.tab, "instrument-wizard")[0])
    dialog = dialogs(world.tab, "add-dialog")[0]
    name = dialog.name.findChild(QLineEdit)
    name.selectAll()
    world.qtbot.keyClicks(name, "stage")
    world.click("add-confirm", dialog)
    assert dialog.form.rows["module"].error and dialog.form.rows["classname"].error
    for field, text in (("module", "drivers.simulated.stage"), ("classname", "Stage")):
        world.qtbot.keyClicks(dialog.form.editors[field].findChild(QLineEdit), text)
        assert dialog.form.rows[field].error == ""
    world.click("add-confirm", dialog)
    values = world.lab.values(Entry("services", "stage"))
    assert (values["daemon"], values["instancemode"], values["nameservers"]) == ("cryo", "single", ("main",))
    assert world.tab.tree.current_key == "service/stage"
    assert world.node("service/stage").word == ""
    world.qtbot.waitUntil(lambda: not dialogs(world.tab, "add-dialog"), timeout=2000)


def test_a_port_that_is_kept_by_serial_number_says_where_it_is_now(world, monkeypatch):
    port = SerialPort("COM4", "", "0403:6001", "A1")
    monkeypatch.setattr(serial_ports, "serial_ports", lambda: (port,))
    page = world.configure("service/laser")
    assert not page.findChild(QLabel, "ports-now").isVisible()
    world.lab.set_value(Entry("services", "laser"), "parameters", {"port": port.kept_as})
    assert page.findChild(QLabel, "ports-now").text() == "Plugged in: port: COM4 now"
    world.lab.set_value(Entry("services", "laser"), "parameters", {"port": port.kept_as + "7"})
    assert "port: not plugged in: USB 0403:6001, serial number A17" in page.findChild(QLabel, "ports-now").text()


def test_a_name_that_is_taken_is_said_in_the_dialog(world):
    dialog = world.tab.add_entry("daemons")
    name = dialog.name.findChild(QLineEdit)
    name.selectAll()
    world.qtbot.keyClicks(name, "cryo")
    assert dialog.name_row.error == "There is already a daemon called 'cryo'."
    world.click("add-confirm", dialog)
    assert dialogs(world.tab, "add-dialog") == [dialog]
    world.qtbot.keyClicks(name, "2")
    assert dialog.name_row.error == ""
    dialog.reject()


@pytest.mark.parametrize("kind", ["nameservers", "daemons"])
def test_other_entries_are_added_with_what_they_need(world, kind):
    dialog = world.tab.add_entry(kind)
    world.click("add-confirm", dialog)
    assert len(world.lab.entries(kind)) == (2 if kind == "nameservers" else 3)
    assert world.lab.wrong_fields == ()


def test_the_menu_of_a_node_duplicates_and_removes(world):
    menu = world.tab.menu_for("service/laser")
    actions = {action.text(): action for action in menu.actions()}
    actions["Duplicate"].trigger()
    assert world.tab.tree.current_key == "service/laser-2"
    menu.deleteLater()
    world.tab.tree.setFocus()
    world.qtbot.keyClick(world.tab.tree, Qt.Key.Key_Delete)
    assert not world.lab.has(Entry("services", "laser-2"))
    assert world.tab.tree.current_key == OPTICS
    assert not world.lab.edited


def test_a_service_is_moved_by_its_menu(world):
    menu = world.tab.menu_for("service/laser")
    (move,) = [action for action in menu.actions() if action.text() == "Move to"]
    (cryo,) = move.menu().actions()
    cryo.trigger()
    assert world.lab.values(Entry("services", "laser"))["daemon"] == "cryo"
    assert world.tab.tree.nodes.index_of("service/laser").parent() == world.tab.tree.nodes.index_of("daemon/cryo")
    menu.deleteLater()


def test_a_window_that_only_looks_offers_no_edit_and_removes_nothing(world):
    world.vm.read_only = world.lab.read_only = True
    menu = world.tab.menu_for("service/laser")
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == ["Open console"]
    menu.deleteLater()
    world.tab.select("service/laser")
    world.tab.tree.setFocus()
    world.qtbot.keyClick(world.tab.tree, Qt.Key.Key_Delete)
    assert world.lab.has(Entry("services", "laser")) and not world.lab.edited


def test_the_menu_of_a_daemon_offers_only_what_makes_sense(world):
    world.supervisor.tell("cryo")
    menu = world.tab.menu_for("daemon/cryo")
    enabled = {action.text(): action.isEnabled() for action in menu.actions()}
    assert (enabled["Start"], enabled["Restart…"], enabled["Stop…"]) == (False, True, True)
    menu.deleteLater()


def test_the_text_follows_the_forms_at_its_entry(world):
    world.tab.select(OPTICS)
    world.tab.detail.show_page(YAML)
    view = world.tab.detail.yaml.view
    assert view.toPlainText() == TEXT
    assert view.line == TEXT.splitlines().index("  optics:") + 1
    world.lab.set_value(Entry("daemons", "optics"), "port", 41231)
    assert "port: 41231" in view.toPlainText()


def test_the_log_follows_at_its_end_and_stays_where_it_is_read(world):
    world.supervisor.logs[OPTICS] = "".join(f"line {n}\n" for n in range(200))
    world.tab.select(OPTICS)
    world.tab.detail.show_page(LOG)
    log = world.tab.detail.log
    bar = log.view.verticalScrollBar()
    assert log.view.toPlainText().endswith("line 199")
    assert bar.value() == bar.maximum()
    world.supervisor.logs[OPTICS] += "line 200\n"
    log.refresh()
    assert log.view.toPlainText().endswith("line 200")
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    world.supervisor.logs[OPTICS] += "line 201\n"
    log.refresh()
    assert bar.value() == 10
    world.tab.select("daemon/cryo")
    assert log.view.toPlainText() == ""


def test_control_s_saves(world):
    world.configure(OPTICS)
    world.type("port", "41231")
    world.qtbot.keyClick(world.line("port"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    world.qtbot.waitUntil(lambda: not world.lab.edited, timeout=2000)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_every_state_can_be_painted(world, qapp, mode):
    apply_theme(qapp, mode)
    try:
        for state in ChildState:
            world.supervisor.tell("optics", state, services=LINKS, error="Something is wrong.", changed=True)
            for key in ("computer", "nameserver/main", OPTICS, "service/meter"):
                world.tab.select(key)
                for page in (STATUS, CONFIGURATION, YAML, LOG):
                    world.tab.detail.show_page(page)
                    assert not world.tab.grab().isNull()
    finally:
        apply_theme(qapp, "light")


def test_the_question_says_who_works_with_it_before_it_can_be_answered_with_yes(world, qtbot):
    world.supervisor.tell("optics", services=LINKS)
    world.supervisor.hit = (Hit(OPTICS, 2, (HitCall("laser", "sweep", "ann@pc7", time.time() - 41),)),)
    world.tab.select(OPTICS)
    held: list[Any] = []
    world.vm.ask_hits, ask_hits = lambda keys, answered: held.append((keys, answered)), world.vm.ask_hits
    world.click("detail-stop")
    dialog = dialogs(world.tab, "question-dialog")[0]
    assert not world.button("question-yes", dialog).isEnabled()
    assert world.button("question-no", dialog).isEnabled()
    ask_hits(*held[0])
    assert "laser.sweep has been running for ann@pc7" in dialog.text
    assert "2 connections" in dialog.text
    assert world.button("question-yes", dialog).isEnabled()
    dialog.reject()


def test_an_answer_that_comes_after_the_question_was_closed_is_dropped(world, qtbot):
    world.supervisor.tell("optics", services=LINKS)
    world.tab.select(OPTICS)
    held: list[Any] = []
    world.vm.ask_hits = lambda keys, answered: held.append(answered)
    world.click("detail-stop")
    dialogs(world.tab, "question-dialog")[0].reject()
    qtbot.waitUntil(lambda: not dialogs(world.tab, "question-dialog"), timeout=2000)
    held[0]("late")


def test_a_crash_is_told_on_its_page_until_it_is_understood(world):
    world.tab.select(OPTICS)
    world.supervisor.tell("optics", services=LINKS)
    world.supervisor.tell("optics", services=LINKS, restarts=1, detail="11:00:00 optics was killed (SIGKILL).\nlast")
    page = world.tab.detail.status_page
    assert page.banner.title.startswith("optics was killed (SIGKILL), and was started again at")
    world.click("status-understood")
    assert not page.banner.isVisible()


def test_an_instrument_that_is_not_connected_says_when_it_is_tried_next_and_is_tried_now(world):
    asked: list[tuple[str, str]] = []
    world.vm.reconnectRequested.connect(lambda *what: asked.append(what))
    waits = ServiceStatus("meter", "not-connected", "no such port COM7", "", time.time() + 12)
    world.supervisor.tell("optics", services=(LINKS[0], waits), uri="PYRO:Pyro.Daemon@localhost:1234")
    world.tab.select("service/meter")
    page = world.tab.detail.status_page
    assert any("next at " in label.text() for label in page.banner.findChildren(QLabel))
    world.click("status-reconnect")
    assert asked == [("PYRO:meter@localhost:1234", "meter")]
    world.tab.select("service/laser")
    assert not page.banner.isVisible()


def test_numbers_are_asked_only_of_what_is_seen(world):
    world.supervisor.tell("optics", services=LINKS)
    world.supervisor.numbers = {OPTICS: ChildStatistics(connections=3)}
    world.tab.select(OPTICS)
    assert world.tab.detail.status_page.figures.connections.text == "3"
    world.tab.select("daemon/cryo")
    assert world.tab.detail.status_page.figures.connections.text == "–"
    world.tab.detail.show_page(YAML)
    assert world.vm.figures._key == ""


def test_what_is_known_only_from_before_is_shown_as_such(world):
    world.supervisor.tell("optics", services=LINKS, stale=True, pid=1)
    world.tab.select(OPTICS)
    assert world.node(OPTICS).word == "as last known"
    assert world.tab.detail.state.text().startswith("as last known")


def test_a_button_that_is_disabled_under_the_hand_never_passes_its_focus_to_stop(world):
    world.tab.select("daemon/cryo")
    world.supervisor.tell("cryo")
    world.button("detail-restart").setFocus()
    world.supervisor.tell("cryo", ChildState.STARTING)
    assert not world.button("detail-stop").hasFocus()
    world.supervisor.tell("cryo")
    assert not world.button("detail-stop").hasFocus()


def test_services_of_a_daemon_that_does_not_answer_are_not_shown_as_connected(world):
    world.supervisor.tell("optics", ChildState.UNRESPONSIVE, services=LINKS)
    assert world.node("service/laser").word == "as last known"
    assert world.node("computer").word == "1 of 3 no reply"


def test_focus_goes_to_the_tree_not_to_the_next_button(world, qtbot):
    world.button("daemons-start-all").setFocus()
    for kind, name in ((ChildKind.NAMESERVER, "main"), (ChildKind.DAEMON, "optics"), (ChildKind.DAEMON, "cryo")):
        world.supervisor.tell(name, kind=kind)
    assert world.tab.tree.hasFocus()
    world.configure(OPTICS)
    world.type("port", "41231")
    world.button("apply-now").setFocus()
    world.lab.save()
    assert world.tab.tree.hasFocus()


def test_root_counts_instruments_not_daemons(world):
    world.supervisor.tell(
        "optics", services=tuple(ServiceStatus(name, "not-connected", "no port") for name in ("laser", "meter"))
    )
    assert world.node("computer").word == "2 of 2 not connected"


def test_in_a_window_that_only_looks_nothing_can_be_edited(world):
    world.lab.read_only = True
    world.tab.select("daemon/optics")
    detail = world.tab.detail
    detail.configuration.refresh()
    detail.yaml.refresh()
    assert not detail.configuration.form.isEnabled()
    assert not detail.configuration.name.isEnabled()
    assert detail.configuration.services.isEnabled(), "one may still go to an instrument"
    assert detail.yaml.view.isReadOnly()


def test_an_entry_moves_in_the_tree_and_in_the_file_and_that_can_be_taken_back(world):
    world.open()
    world.tab.select("service/meter")
    world.qtbot.keyClick(world.tab.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert list(world.lab.entries("services")) == ["meter", "laser"]
    assert world.lab.text.index("meter:") < world.lab.text.index("laser:")
    assert world.tab.tree.current_key == "service/meter"
    assert not world.vm.apply.effects()
    moves = {act.text(): act.isEnabled() for act in world.tab.menu_for("service/meter").actions()}
    assert (moves["Move up"], moves["Move down"]) == (False, True)
    world.lab.undo()
    assert world.lab.text == TEXT
    world.lab.redo()
    world.lab.save()
    assert sorted(world.path.read_text(encoding="utf-8").splitlines()) == sorted(TEXT.splitlines())


def test_what_both_changed_is_chosen_value_by_value(world):
    world.open()
    optics = Entry("daemons", "optics")
    world.lab.set_value(optics, "port", 5010)
    world.lab.set_value(optics, "restart", "always")
    text = TEXT.replace("    nameservers: [main]", "    nameservers: [main]\n    port: 5020\n    restart: never", 1)
    world.path.write_text(text, encoding="utf-8")
    world.lab.read_again()
    assert world.tab.page.conflicts.isVisible()
    world.click("choose-conflicts")
    dialog = world.tab.findChild(QWidget, "conflict-dialog")
    assert dialog is not None
    theirs = dialog.findChild(QWidget, "conflict-theirs-0")
    world.qtbot.keyClick(theirs, Qt.Key.Key_Space)
    world.click("conflict-take", dialog)
    values = world.lab.values(optics)
    assert (values["port"], values["restart"]) == (5020, "always")
    assert not world.tab.page.conflicts.isVisible()
    world.lab.undo()
    assert world.lab.values(optics)["port"] == 5010
