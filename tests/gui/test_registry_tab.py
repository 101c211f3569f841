"""The Registry tab: choosing a nameserver, finding an entry, opening it, and every reason for an empty table."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton

from pyrolab_gui.ui.registry import empty
from pyrolab_gui.ui.registry.columns import INSTRUMENT, NAME, URI
from pyrolab_gui.ui.registry.snippets import python_lines
from pyrolab_gui.ui.registry_tab import RegistryTab
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.wire.health import InstrumentLink, ProcessLink
from tests.unit.viewmodels.registry_fakes import LASER, Actions, DirectBridge, Entry, Notifications, Watchers

DOWN: dict[str, Any] = {"link": ProcessLink.UNREACHABLE, "reason": "connection refused"}


class World:
    def __init__(self, qtbot):
        self.watchers, self.actions = Watchers(), Actions()
        self.vm = RegistryViewModel("me", Notifications(), DirectBridge(), self.watchers, self.actions)  # type: ignore[arg-type]
        self.consoles: list[tuple[str, str]] = []
        self.vm.consoleRequested.connect(lambda uri, name: self.consoles.append((uri, name)))
        self.tab = RegistryTab(self.vm)
        qtbot.addWidget(self.tab)
        self.tab.resize(1280, 600)
        self.tab.show()
        qtbot.waitExposed(self.tab)

    def tell(self, *entries, **values):
        if not self.watchers.made:
            self.vm.choose("localhost:9090")
        self.watchers.last.tell(*entries, **values)

    @property
    def names(self):
        model = self.tab.model
        return [model.index(row, NAME).data() for row in range(model.rowCount())]

    def double_click(self, qtbot, name):
        table = self.tab.table
        at = table.visualRect(self.tab.model.index_of(name)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


@pytest.fixture
def world(qtbot):
    made = World(qtbot)
    yield made
    made.vm.close()


def button(widget, name):
    found = widget.findChild(QPushButton, name)
    assert found is not None, name
    return found


def page(world):
    return world.tab.empty.reason if world.tab.empty.isVisible() else None


def test_double_click_opens_the_console(world, qtbot):
    world.tell(Entry("laser"), Entry("meter"))
    world.double_click(qtbot, "meter")
    assert world.consoles == [("PYRO:meter@localhost:41231", "meter")]


def test_enter_opens_the_console_of_the_selected_entry(world, qtbot):
    world.tell(Entry("laser"), Entry("meter"))
    world.tab.select("laser")
    qtbot.keyClick(world.tab.table, Qt.Key.Key_Return)
    assert world.consoles == [("PYRO:laser@localhost:41231", "laser")]


def test_an_address_is_typed_and_watched(world, qtbot):
    combo = world.tab.picker.combo
    combo.setFocus()
    combo.lineEdit().selectAll()
    qtbot.keyClicks(combo, "pc7:9191")
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    assert (world.watchers.last.host, world.watchers.last.port) == ("pc7", 9191)


def test_what_is_no_address_stays_with_a_sentence_and_escape_takes_it_back(world, qtbot):
    world.tell(Entry("laser"))
    combo = world.tab.picker.combo
    combo.setFocus()
    combo.lineEdit().selectAll()
    qtbot.keyClicks(combo, "localhost:http")
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    label = world.tab._address_error
    assert label.isVisible()
    assert label.text() == "“http” is no port: a whole number from 1 to 65535 is needed."
    assert combo.currentText() == "localhost:http"
    assert len(world.watchers.made) == 1
    world.tell(Entry("laser"), **DOWN)  # news must not overwrite what is being typed
    assert combo.currentText() == "localhost:http"
    qtbot.keyClick(combo, Qt.Key.Key_Escape)
    assert combo.currentText() == "localhost:9090"
    assert not label.isVisible()


def test_the_labs_nameservers_are_offered(world):
    world.vm.set_lab_nameservers(
        [NameserverAddress("localhost", 9090, "main"), NameserverAddress("pc7", 9090, "backup")]
    )
    combo = world.tab.picker.combo
    assert [combo.itemText(n) for n in range(combo.count())] == ["main · localhost:9090", "backup · pc7:9090"]
    world.tell()
    assert combo.currentText() == "main · localhost:9090"


def test_slash_goes_to_the_filter_and_enter_to_the_table(world, qtbot):
    world.tell(Entry("optics.laser"), Entry("optics.meter"), Entry("cryo.stage", host="pc7"))
    world.tab.table.setFocus()
    qtbot.keyClick(world.tab.table, Qt.Key.Key_Slash)
    qtbot.waitUntil(world.tab.filter.hasFocus, timeout=2000)
    qtbot.keyClicks(world.tab.filter, "pc7")
    assert world.names == ["cryo.stage"]
    qtbot.keyClick(world.tab.filter, Qt.Key.Key_Return)
    assert world.tab.table.hasFocus()


def test_the_filter_takes_a_slash_as_text(world, qtbot):
    world.tell(Entry("laser"))
    world.tab.filter.setFocus()
    qtbot.keyClicks(world.tab.filter, "a/b")
    assert world.tab.filter.text() == "a/b"


def test_selection_and_inspector_survive_news_filter_and_a_nameserver_that_comes_back(world):
    world.tell(Entry("laser"), Entry("meter"))
    world.tab.select("meter")
    world.tell(Entry("another"), Entry("laser"), Entry("meter", link=ProcessLink.SLOW))
    assert world.tab.table.current_name == world.tab.inspector.name == "meter"
    world.tab.set_filter("laser")
    assert not world.tab.inspector.isVisible()
    world.tab.set_filter("")
    assert world.tab.table.current_name == "meter"
    world.tell()
    world.tell(Entry("meter"))
    assert world.tab.table.current_name == "meter"
    world.tab.inspector.closed.emit()
    world.tell(Entry("meter"), Entry("new"))
    assert world.tab.table.current_name == ""


def test_an_unknown_host_is_a_sentence_with_try_again(world, qtbot):
    world.vm.choose("nowhere")
    sentence = "The nameserver at nowhere:9090 cannot be reached: the host name is not known."
    world.tell(link=ProcessLink.UNREACHABLE, reason="the host name is not known")
    assert page(world) == empty.UNREACHABLE
    shown = world.tab.empty._pages[empty.UNREACHABLE]
    assert shown.accessibleName() == sentence
    world.tab.empty.retryRequested.emit()
    assert world.watchers.last.refreshed == 1


def test_where_no_nameserver_is_one_can_be_made_on_this_pc(world, qtbot):
    world.tell(**DOWN)
    start = next(
        button
        for button in world.tab.empty._pages[empty.UNREACHABLE].findChildren(QPushButton)
        if button.text() == "Start a nameserver on this PC…"
    )
    with qtbot.waitSignal(world.tab.nameserverRequested):
        qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    dialog = world.tab.show_nameservers()
    another = dialog.findChild(QPushButton, "nameservers-start")
    with qtbot.waitSignal(world.tab.nameserverRequested):
        qtbot.mouseClick(another, Qt.MouseButton.LeftButton)


def test_beside_the_labs_own_nameserver_that_runs_another_is_made(world, qtbot):
    world.vm.set_lab_nameservers([NameserverAddress("localhost", 9090, "main")])
    world.tell(Entry("laser"))
    with qtbot.waitSignal(world.tab.nameserverRequested), qtbot.assertNotEmitted(world.vm.startRequested):
        qtbot.mouseClick(
            world.tab.show_nameservers().findChild(QPushButton, "nameservers-start"), Qt.MouseButton.LeftButton
        )


def test_the_labs_own_nameserver_can_be_started_from_here(world, qtbot):
    asked: list[str] = []
    world.vm.startRequested.connect(asked.append)
    world.vm.set_lab_nameservers([NameserverAddress("localhost", 9090, "main")])
    world.tell(**DOWN)
    assert page(world) == empty.OWN_UNREACHABLE
    start = world.tab.empty._pages[empty.OWN_UNREACHABLE].findChild(QPushButton)
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert asked == ["nameserver/main"]


def test_each_reason_for_an_empty_table_has_its_page(world):
    assert page(world) == empty.NO_NAMESERVER
    world.vm.choose("localhost")
    assert page(world) == empty.ASKING
    world.tell()
    assert page(world) == empty.NO_ENTRIES
    world.tell(Entry("laser"))
    assert page(world) is None
    world.tab.set_filter("stage")
    assert page(world) == empty.NO_MATCH
    world.tab.empty.clearRequested.emit()
    assert page(world) is None


def test_a_lost_nameserver_keeps_its_entries_and_says_so(world):
    world.tell(Entry("laser"))
    world.tell(Entry("laser"), **DOWN)
    assert world.names == ["laser"]
    assert world.tab.banner.isVisible()
    assert world.tab.banner.title == "The nameserver at localhost:9090 cannot be reached: connection refused."
    world.tell(Entry("laser"))
    assert not world.tab.banner.isVisible()


def test_the_inspector_asks_what_a_settled_selection_can_do(world, qtbot):
    world.tell(Entry("bench.laser"), Entry("bench.meter"))
    world.tab.select("bench.meter")
    world.tab.select("bench.laser")
    qtbot.waitUntil(lambda: bool(world.actions.described), timeout=2000)
    assert [name for _, name, _ in world.actions.described] == ["bench.laser"]
    world.actions.described[0][2].set_result(LASER)
    spoken = [
        child.accessibleName() for child in world.tab.inspector.findChildren(object) if hasattr(child, "accessibleName")
    ]
    assert "setting wavelength" in spoken
    assert "reading power" in spoken
    assert "method sweep(start, stop, repeats=1)" in spoken


def test_a_verdict_has_its_remedy_as_a_button(world, qtbot):
    world.tell(Entry("stage", instrument=InstrumentLink.NOT_CONNECTED, error="could not open port COM7"))
    world.tab.select("stage")
    remedy = button(world.tab, "registry-remedy")
    assert remedy.isVisible()
    assert remedy.text() == "Connect again"
    qtbot.mouseClick(remedy, Qt.MouseButton.LeftButton)
    assert world.actions.reconnected[0][1] == "stage"
    world.tell(Entry("stage", instrument=InstrumentLink.CONNECTED))
    assert not remedy.isVisible()


def test_the_menu_copies_addresses_and_python(world):
    world.tell(Entry("bench.laser"))
    menu = world.tab.menu_for("bench.laser")
    actions = {action.text(): action for action in menu.actions()}
    clipboard = QGuiApplication.clipboard()
    actions["Copy URI"].trigger()
    assert clipboard.text() == "PYRO:bench.laser@localhost:41231"
    actions["Copy PYRONAME"].trigger()
    assert clipboard.text() == "PYRONAME:bench.laser@localhost:9090"
    actions["Copy Python lines"].trigger()
    assert 'laser = lab["bench.laser"]' in clipboard.text()
    compile(clipboard.text(), "snippet", "exec")
    actions["Open console"].trigger()
    assert world.consoles == [("PYRO:bench.laser@localhost:41231", "bench.laser")]
    menu.deleteLater()


@pytest.mark.parametrize("name", ["1st", "lambda", "größe-2", "...", "a b"])
def test_python_lines_are_python_for_any_name(name):
    compile(python_lines(name, "localhost:9090"), "snippet", "exec")


def test_removing_asks_first_and_the_safe_answer_is_the_default(world, qtbot):
    world.tell(Entry("laser"))
    dialog = world.tab.ask_to_remove("laser")
    assert button(dialog, "question-no").isDefault()
    assert not button(dialog, "question-yes").isDefault()
    dialog.reject()
    assert world.actions.removed == []
    dialog = world.tab.ask_to_remove("laser")
    qtbot.mouseClick(button(dialog, "question-yes"), Qt.MouseButton.LeftButton)
    assert [(address, name) for address, name, _ in world.actions.removed] == [("localhost:9090", "laser")]
    qtbot.waitUntil(lambda: not world.tab.findChildren(QDialog), timeout=2000)


def test_columns_can_be_hidden_but_never_the_name(world):
    menu = world.tab.table.column_menu()
    actions = {action.text(): action for action in menu.actions()}
    assert "Name" not in actions
    actions["URI"].setChecked(True)
    actions["URI"].setChecked(False)
    actions["Instrument"].setChecked(True)
    assert world.tab.table.isColumnHidden(URI)
    assert not world.tab.table.isColumnHidden(INSTRUMENT)
    menu.deleteLater()


def test_every_state_can_be_painted_in_both_themes(world, qapp):
    entries = [
        Entry(f"{link}-{instrument}", link=link, instrument=instrument, latency=None if n else 0.3, last_seen=None)
        for link in ProcessLink
        for n, instrument in enumerate(InstrumentLink)
    ]
    world.tell(*entries)
    world.tab.select(entries[0].name)
    for mode in ("dark", "light"):
        apply_theme(qapp, mode)
        assert not world.tab.grab().isNull()


def test_ten_thousand_rows_are_asked_for_only_where_they_are_seen(world, monkeypatch):
    asked: set[int] = set()
    data = type(world.tab.model).data

    def counted(self, index, role=Qt.ItemDataRole.DisplayRole):
        asked.add(index.row())
        return data(self, index, role)

    monkeypatch.setattr(type(world.tab.model), "data", counted)
    world.tell(*(Entry(f"device{n:05}", port=40000 + n % 50) for n in range(10_000)))
    world.tab.grab()
    assert world.tab.model.rowCount() == 10_000
    assert len(asked) < 100


def test_a_nameserver_that_wants_certificates_asks_for_the_file(world, qtbot):
    reason = "pc7:9090 speaks TLS, and no certificates for it are on this computer"
    world.tell(link=ProcessLink.UNREACHABLE, reason=reason, secure=True, insecure=True)
    assert page(world) == empty.INSECURE
    install = next(b for b in world.tab.empty.findChildren(QPushButton) if b.isVisible())
    assert install.text() == "Install certificates"
    qtbot.mouseClick(install, Qt.MouseButton.LeftButton)
    dialog = world.tab.findChild(QFileDialog)
    assert dialog is not None and dialog.isVisible()
    with qtbot.waitSignal(world.vm.certificatesChosen) as chosen:
        dialog.fileSelected.emit("/media/stick/pc3.pem")
    assert chosen.args == ["/media/stick/pc3.pem"]
    dialog.close()
    world.tell(link=ProcessLink.UNREACHABLE, reason="it should speak TLS and does not", secure=False, insecure=True)
    assert page(world) == empty.UNREACHABLE  # no certificate would help
