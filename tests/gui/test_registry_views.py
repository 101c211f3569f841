"""The Registry tab's groups, selections, menus and dialogs; and 10,000 rows in it."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton

from pyrolab_gui.network.doctor import Diagnosis
from pyrolab_gui.ui.registry.columns import NAME, STATE, VALUE
from pyrolab_gui.ui.registry.inspector_parts import MemberRow
from pyrolab_gui.ui.registry.table import AT_FIRST
from pyrolab_gui.ui.registry.table_model import GroupHead
from pyrolab_gui.ui.registry_tab import RegistryTab
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.viewmodels.lab_health import LabHealth
from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
from pyrolab_gui.viewmodels.registry_groups import GROUPINGS
from pyrolab_gui.viewmodels.registry_rows import LabName, RowAlarm
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.viewmodels.settings import Settings
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import Health, ProcessLink
from pyrolab_gui.wire.remedies import Cause, Remedy
from tests.unit.viewmodels.registry_fakes import LASER, Actions, DirectBridge, Entry, Notifications, Watchers


class FakeDoctor:
    def __init__(self):
        self.asked: list[tuple[str, Future[Any]]] = []

    def examine(self, entry, name="", nameserver=""):
        self.asked.append((name, Future()))
        return self.asked[-1][1]

    def close(self):
        pass


class World:
    def __init__(self, qtbot, settings):
        self.watchers, self.actions, self.doctor = Watchers(), Actions(), FakeDoctor()
        self.vm = RegistryViewModel(
            "me",  # type: ignore[arg-type]
            Notifications(),  # type: ignore[arg-type]
            DirectBridge(),  # type: ignore[arg-type]
            self.watchers,
            self.actions,
            doctor=self.doctor,
            settings=settings,
        )
        self.tab = RegistryTab(self.vm)
        qtbot.addWidget(self.tab)
        self.tab.resize(1280, 600)
        self.tab.show()
        qtbot.waitExposed(self.tab)
        self.vm.set_lab_nameservers([NameserverAddress("localhost", 9090, "main")])
        self.vm.choose("main")

    def tell(self, *entries, **values):
        self.watchers.made[0].tell(*entries, **values)

    @property
    def texts(self):
        model = self.tab.model
        return [model.index(row, NAME).data() for row in range(model.rowCount())]

    def group(self, grouping):
        self.tab.tools.grouping.setCurrentIndex(self.tab.tools.grouping.findData(grouping))
        self.tab.tools.grouping.activated.emit(self.tab.tools.grouping.currentIndex())

    def select(self, *keys):
        table = self.tab.table
        table.clearSelection()
        for key in keys:
            index = self.tab.model.index_of(key)
            mode = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            table.selectionModel().select(index, mode)


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "registry.json")


@pytest.fixture
def world(qtbot, settings):
    made = World(qtbot, settings)
    yield made
    made.vm.close()


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_rows_are_put_together_and_a_head_shows_the_worst(world):
    world.tell(
        Entry("optics.laser"), Entry("cryo.stage", link=ProcessLink.UNREACHABLE), Entry("cryo.pump"), Entry("fit")
    )
    world.group("prefix")
    assert world.texts == ["cryo", "cryo.pump", "cryo.stage", "no prefix", "fit", "optics", "optics.laser"]
    head = world.tab.model.index(0, STATE)
    assert head.data() == "1 lost"
    world.tab.set_filter("laser")
    assert world.texts == ["optics", "optics.laser"]
    world.group("host")
    assert world.texts == ["this PC", "optics.laser"]
    world.group("none")
    assert world.texts == ["optics.laser"]


def test_groups_fold_by_chevron_and_keyboard_and_stay_folded(world, qtbot):
    world.tell(Entry("cryo.pump"), Entry("cryo.stage"), Entry("optics.laser"))
    world.group("prefix")
    table = world.tab.table
    at = table.visualRect(world.tab.model.index(0, NAME)).topLeft()
    at.setX(at.x() + 12)
    at.setY(at.y() + 10)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert world.texts == ["cryo", "optics", "optics.laser"]
    world.tell(Entry("cryo.pump", link=ProcessLink.SLOW), Entry("cryo.stage"), Entry("optics.laser"))
    assert world.texts == ["cryo", "optics", "optics.laser"]
    assert world.tab.model.found == 3
    world.tab.select("optics.laser")
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert isinstance(world.tab.model.item_at(table.currentIndex()), GroupHead)
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert world.texts == ["cryo", "optics"]
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert world.texts == ["cryo", "optics", "optics.laser"]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert world.texts == ["cryo", "optics"]


def test_grouping_and_columns_are_remembered(world, qtbot, settings):
    world.group("daemon")
    table, header = world.tab.table, world.tab.table.horizontalHeader()
    table.column_menu().actions()[6].trigger()
    header.moveSection(header.visualIndex(STATE), 0)
    header.resizeSection(NAME, 260)
    table.sortByColumn(STATE, Qt.SortOrder.DescendingOrder)
    again = World(qtbot, settings)
    assert again.tab.model.grouping == "daemon"
    assert again.tab.table.arrangement == table.arrangement
    assert again.tab.table.arrangement.shown[:2] == ("State", "Name")
    assert again.tab.table.columnWidth(NAME) == 260
    assert (again.tab.table.arrangement.sort, again.tab.model.descending) == ("State", True)
    again.tab.table.arrange(AT_FIRST)
    assert again.tab.table.arrangement.shown == AT_FIRST.shown
    assert again.tab.tools.grouping.currentText() == "daemon"
    again.vm.close()


@pytest.mark.parametrize("grouping", list(GROUPINGS))
def test_every_grouping_can_be_painted(world, qapp, grouping):
    world.vm.set_lab({"gone": LabName("daemon/optics", "X", "", ("main",))})
    world.vm.watching.watch("a.b")
    world.tell(
        Entry("a.b", owner="ann", metadata=("class:x.Laser",)),
        Entry("c", link=ProcessLink.UNREACHABLE, failing="timeout"),
        missing=("gone",),
    )
    world.group(grouping)
    for mode in ("dark", "light"):
        apply_theme(qapp, mode)
        assert not world.tab.grab().isNull()


def test_several_are_removed_at_once_and_put_back(world, qtbot):
    world.tell(Entry("a"), Entry("b"), Entry("c"))
    world.select("a", "c")
    assert world.tab.table.selected_keys == ["a", "c"]
    menu = world.tab.menu_for("a")
    actions = {action.text(): action for action in menu.actions()}
    actions["Copy URI"].trigger()
    assert QGuiApplication.clipboard().text() == "PYRO:a@localhost:41231\nPYRO:c@localhost:41231"
    actions["Copy Python lines"].trigger()
    compile(QGuiApplication.clipboard().text(), "snippet", "exec")
    actions["Remove 2 entries…"].trigger()
    dialog = world.tab.findChild(QDialog, "question-dialog")
    click(qtbot, dialog.findChild(QPushButton, "question-yes"))
    for _, _, future in world.actions.removed:
        future.set_result(1)
    world.tell(Entry("b"))
    undo = world.tab.foot.findChild(QPushButton, "registry-undo")
    assert undo.isVisible()
    click(qtbot, undo)
    assert [name for _, name, *_ in world.actions.registered] == ["a", "c"]
    assert not undo.isVisible()
    menu.deleteLater()
    qtbot.waitUntil(lambda: not world.tab.findChildren(QDialog), timeout=2000)


def test_what_is_lost_is_examined_when_it_is_selected(world, qtbot):
    world.tell(Entry("laser", link=ProcessLink.UNREACHABLE, reason="no answer"))
    world.tab.select("laser")
    qtbot.waitUntil(lambda: bool(world.doctor.asked), timeout=2000)
    found = Diagnosis(
        Cause.OBJECT_GONE,
        "The daemon answers, but laser is gone.",
        "Remove this entry",
        Remedy.REMOVE_ENTRY,
        health=Health.LOST,
    )
    world.doctor.asked[0][1].set_result(found)
    remedy = world.tab.inspector.findChild(QPushButton, "registry-remedy")
    assert remedy.text() == "Remove this entry"
    assert world.tab.model.index_of("laser").siblingAtColumn(STATE).data(Qt.ItemDataRole.ToolTipRole) == found.sentence
    click(qtbot, remedy)
    dialog = world.tab.findChild(QDialog, "question-dialog")
    assert dialog is not None
    dialog.reject()
    assert world.actions.removed == []


def test_the_inspector_shows_daemon_calls_and_documentation(world, qtbot):
    world.tell(Entry("bench.laser"))
    world.tab.select("bench.laser")
    qtbot.waitUntil(lambda: bool(world.actions.described) and bool(world.actions.called), timeout=3000)
    world.actions.described[0][2].set_result(LASER)
    calls = [{"time": 5.0, "who": "rob@pc3", "member": "sweep", "arguments": "1, 2", "duration_s": 0.5}]
    world.actions.called[-1][2].set_result(calls)
    world.actions.asked[-1][2].set_result({"name": "optics", "pid": 4711, "connections": 3, "services": []})
    inspector = world.tab.inspector
    assert inspector.calls.isVisible()
    texts = [label.text() for label in inspector.findChildren(object) if hasattr(label, "text") and label.text()]
    assert "sweep(1, 2)" in texts
    assert "3 connections" in texts
    row = next(child for child in inspector.findChildren(MemberRow) if "sweep" in child.accessibleName())
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Space)
    assert "start: float, 1500 to 1630 nm" in row.unfolded
    qtbot.keyClick(row, Qt.Key.Key_Space)
    assert row.unfolded == ""


def test_a_star_watches_an_entry(world, qtbot):
    world.tell(Entry("laser"))
    world.tab.select("laser")
    star = world.tab.inspector.findChild(QPushButton, "registry-watch")
    click(qtbot, star)
    assert world.vm.rows["laser"].watched
    click(qtbot, star)
    assert not world.vm.rows["laser"].watched


def test_the_foot_says_what_the_top_bar_counts(world):
    world.tab.foot.show_health(LabHealth((("lost", 1), ("live", 1)), 2, 1, ("b",), "lost", promised=True))
    assert world.tab.foot.text == "1 of 2 ready not ready: b"
    world.tab.foot.show_health(LabHealth((("live", 3),), 3))
    assert world.tab.foot.text == ""


def test_the_labs_own_nameserver_can_be_started_above_what_it_knew_last(world, qtbot):
    world.vm.set_own_state("running")
    world.tell(Entry("a"))
    start = world.tab.findChild(QPushButton, "registry-start-nameserver")
    assert not start.isVisible()
    world.tell(Entry("a"), link=ProcessLink.NO_REPLY)
    assert not start.isVisible()  # it hangs: there is nothing to start
    world.vm.set_own_state("stopped")
    world.tell(Entry("a"), link=ProcessLink.UNREACHABLE)
    with qtbot.waitSignal(world.vm.startRequested) as asked:
        click(qtbot, start)
    assert asked.args == ["nameserver/main"]


@dataclass
class Answer:
    address: str = "pc9:9090"
    answered_from: str = "10.0.0.9"
    sentence: str = "A nameserver at pc9:9090 answers. Use it only if you know this machine."


def test_what_is_found_is_looked_at_only_when_somebody_says_so(world, qtbot):
    dialog = world.tab.show_nameservers()
    assert world.tab.show_nameservers() is dialog
    world.vm.discovery.ended.emit((Answer(),), "")
    assert len(world.watchers.made) == 1
    use = next(found for found in dialog.findChildren(QPushButton) if found.accessibleName() == "Look at pc9:9090")
    click(qtbot, use)
    assert (world.watchers.last.host, world.watchers.last.port) == ("pc9", 9090)
    look = dialog.row("pc9:9090").look
    assert look.isChecked()
    qtbot.waitUntil(lambda: look.width() == look.sizeHint().width(), timeout=2000)  # it has its place
    click(qtbot, dialog.row("pc9:9090").star)
    assert world.vm.bookmarks == ("pc9:9090",)
    click(qtbot, look)
    assert world.watchers.last.closed
    dialog.address.setText("pc9:http")
    qtbot.keyClick(dialog.address, Qt.Key.Key_Return)
    assert dialog._error.isVisible()
    dialog.accept()


def test_an_object_is_registered_by_hand_and_never_over_another(world, qtbot):
    dialog = world.tab.register()
    dialog.name.setText("my laser")
    dialog.uri.setText("laser@pc3")
    click(qtbot, dialog.confirm)
    assert dialog.name_row.error and dialog.uri_row.error
    dialog.name.setText("laser")
    dialog.uri.setText("PYRO:obj_1@pc3:5000")
    dialog.metadata.setText("class:Laser, loaned")
    click(qtbot, dialog.confirm)
    assert world.actions.registered[0][:4] == (
        "localhost:9090",
        "laser",
        "PYRO:obj_1@pc3:5000",
        ("class:Laser", "loaned"),
    )
    world.actions.registered[0][4].set_exception(LabError("name already registered"))
    assert dialog.isVisible()
    assert "has an entry laser already" in dialog.name_row.error
    dialog.name.setText("laser2")
    click(qtbot, dialog.confirm)
    world.actions.registered[1][4].set_result(None)
    assert not dialog.isVisible()


def test_ten_thousand_rows_keep_selection_and_place_through_refreshes_and_typing(world, qtbot):
    many = [Entry(f"pc{n % 40}.device{n:05}", host=f"pc{n % 40}", port=40000 + n % 40) for n in range(10_000)]
    world.tell(*many)
    world.group("prefix")
    world.tab.select("pc20.device05020")
    table = world.tab.table
    place = table.visualRect(table.currentIndex()).y()
    resets: list[int] = []
    world.tab.model.modelReset.connect(lambda: resets.append(1))
    changed = [
        Entry(e.name, host=e.host, port=e.port, link=ProcessLink.SLOW) if n % 1000 == 0 else e
        for n, e in enumerate(many)
    ]
    world.tell(*changed)
    assert table.current_name == "pc20.device05020"
    assert table.visualRect(table.currentIndex()).y() == place
    for text in ("d", "de", "device0502", "device05020"):
        world.tab.set_filter(text)
        assert table.current_name == "pc20.device05020"
    assert world.texts == ["pc20", "pc20.device05020"]
    world.tab.set_filter("")
    assert table.current_name == "pc20.device05020"
    assert world.tab.model.rowCount() == 10_040
    assert not resets


def test_another_nameserver_that_falls_silent_is_told(world):
    world.tell(Entry("laser"))
    world.vm.look_also("pc7")
    world.watchers.last.tell(Entry("laser", host="pc7"))
    assert not world.tab.banner.isVisible()
    world.watchers.last.tell(
        Entry("laser", host="pc7", link=ProcessLink.UNREACHABLE), link=ProcessLink.UNREACHABLE, reason="nothing listens"
    )
    assert world.tab.banner.isVisible()
    assert world.tab.banner.title == "The nameserver at pc7:9090 cannot be reached: nothing listens."
    world.vm.look_also("pc7", wanted=False)
    assert not world.tab.banner.isVisible()


def test_an_alarm_is_told_in_the_row_and_in_the_inspector(world):
    world.tell(Entry("laser"))
    world.tab.select("laser")
    banner = world.tab.findChild(Banner, "registry-alarm")
    assert banner.isHidden()
    world.vm.set_alarms(
        {"laser": RowAlarm("alarm", "laser.case is 41 °C, alarm at or above 40 °C", "case", 41.0, "°C")}
    )
    assert (banner.isVisible(), banner.state) == (True, "alarm")
    assert banner.title.startswith("laser.case is 41 °C")
    index = world.tab.model.index_of("laser")
    assert "alarm at or above 40 °C" in index.siblingAtColumn(VALUE).data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "laser, live, alarm"
    world.group("prefix")
    assert world.tab.model.item_at(world.tab.model.index(0, NAME)).alarm == "alarm"
