"""The Daemons tab with another PC in it: its own tree and page; acts, questions and edits go to that PC and say so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit

from pyrolab_gui.supervision.known_hosts import KnownHost
from pyrolab_gui.ui.daemons.versions_dialog import VersionsDialog
from pyrolab_gui.ui.daemons_tab import DaemonsTab
from pyrolab_gui.viewmodels.daemons_tree import COMPUTER_KEY, node_key
from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
from pyrolab_gui.viewmodels.far_daemons import FarDaemons
from pyrolab_gui.viewmodels.hosts_vm import FarHost
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import ConfigInvalid, Unreachable
from pyrolab_gui.wire.serial_ports import SerialPort
from pyrolab_gui.wire.supervision import LabText
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications, Supervisor
from tests.unit.viewmodels.registry_fakes import DirectBridge

PC = "10.2.0.17:9092"
OPTICS = "daemon/optics"
TEXT = """\
daemons: {{optics: {{}}}}
services: {{{name}: {{module: m, classname: C, instancemode: single, daemon: optics}}}}
"""


class Far(Supervisor):
    last_seen = 0.0

    def lab(self) -> LabText:
        return LabText(TEXT.format(name="stage"), "/labs/cryo.yaml", "1")

    def lab_versions(self) -> tuple[LabText, ...]:
        kept = "C:\\labs\\.cryo.yaml.history\\2020-01-02T03-04-05-000006.yaml"
        return (LabText(TEXT.format(name="chiller"), kept, "0"),)

    def drivers(self, name: str) -> Bench:
        return Bench(name)


class Bench:
    """The drivers and ports of that PC."""

    is_here = False

    def __init__(self, name: str) -> None:
        self.name = name

    def ports(self):
        return (SerialPort("COM4", "", "0403:6001", "A1", "FTDI", "Laser"),)

    def holders(self, devices):
        return {"COM4": "putty (process 7)"}

    def child(self, daemon, what, request, on_news):
        return Answers({"drivers": [{"module": "acme.pump", "classname": "Pump"}]})


class Answers:
    def __init__(self, answer):
        self.answer = answer

    def ask(self, seconds):
        return self.answer

    def end(self):
        pass


class Hosts(QObject):
    """The shape of `HostsViewModel`, with one PC."""

    changed, added, removed = Signal(), Signal(object), Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.supervisor = Far()
        host = KnownHost("10.2.0.17", 9092, "pc-cryo")
        background = DirectBackground()
        self.daemons = FarDaemons(host, self.supervisor, Notifications(), DirectBridge(), background)  # type: ignore[arg-type]
        self.hosts = (FarHost(self.daemons, self.supervisor, background),)  # type: ignore[arg-type]
        self.forgotten: list[str] = []

    def forget(self, key: str) -> None:
        self.forgotten.append(key)
        self.removed.emit(key)
        self.changed.emit()

    def add_by_hand(self, text: str) -> str:
        if " " in text:
            raise ConfigInvalid("That is no address.")
        return PC


class World:
    def __init__(self, qtbot, folder):
        path = folder / "desk.yaml"
        path.write_text(TEXT.format(name="laser"), encoding="utf-8")
        self.own = Supervisor()
        lab = LabViewModel(Notifications())
        self.vm = DaemonsViewModel(self.own, lab, Notifications(), DirectBridge(), DirectBackground())  # type: ignore[arg-type]
        assert lab.open(path)
        self.hosts = Hosts()
        self.far = self.hosts.supervisor
        self.tab = DaemonsTab(self.vm, self.hosts)  # type: ignore[arg-type]
        qtbot.addWidget(self.tab)
        self.tab.resize(1280, 690)
        self.tab.show()
        qtbot.waitExposed(self.tab)

    def roots(self) -> list[tuple[str, str]]:
        model = self.tab.tree.nodes
        nodes = [model.node_at(model.index(row, 0)) for row in range(model.rowCount())]
        return [(node.name, node.word) for node in nodes if node is not None]


@pytest.fixture
def world(qtbot, tmp_path):
    made = World(qtbot, tmp_path)
    yield made
    made.hosts.daemons.close()
    made.vm.close()


def test_each_pc_is_a_tree_of_its_own(world):
    world.far.tell_link(False, "It does not answer.")
    assert [name for name, _ in world.roots()] == ["This PC", "pc-cryo"]
    assert world.roots()[1][1] == "not reachable"
    world.far.tell_link(True, "Supervised.")
    world.far.tell("optics", ChildState.FAILED, error="It failed.")
    assert world.roots()[1] == ("pc-cryo", "1 of 1 failed")
    world.tab.select(node_key(PC, "service/stage"))
    assert world.tab.detail.title.text() == "stage"
    world.tab.select("service/laser")
    assert world.tab.detail.title.text() == "laser"


def test_acts_go_to_the_pc_that_is_shown_and_the_question_names_it(world, qtbot):
    world.far.tell_link(True, "Supervised.")
    for supervisor in (world.own, world.far):
        supervisor.tell("optics", ChildState.RUNNING)
    world.tab.select(node_key(PC, OPTICS))
    dialog = world.tab.ask_to("stop", [node_key(PC, OPTICS)])
    assert dialog is not None and "on pc-cryo?" in dialog.windowTitle()
    dialog.reject()
    world.tab.page.vm.stop([OPTICS])
    assert world.far.asked[-1] == ("stop", (OPTICS,))
    assert not any(order == "stop" for order, _ in world.own.asked)
    assert "pc-cryo" in world.tab.stop_all.toolTip()


def test_what_is_edited_there_stays_there(world, qtbot):
    world.far.tell_link(True, "Supervised.")
    world.tab.select(node_key(PC, OPTICS))
    world.tab.page.show_configuration()
    form = world.tab.detail.configuration.form
    line = form.editors["port"].findChild(QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "4100")
    assert world.hosts.daemons.lab.edited and not world.vm.lab.edited
    world.tab.select(OPTICS)
    assert world.tab.bar.isHidden()
    world.tab.select(node_key(PC, OPTICS))
    assert not world.tab.bar.isHidden()
    qtbot.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not world.hosts.daemons.lab.edited


def test_an_instrument_is_added_there_with_the_ports_and_drivers_of_that_pc(world, qtbot):
    world.far.tell_link(True, "Supervised.")
    world.tab.select(node_key(PC, OPTICS))
    wizard = world.tab.page.add_instrument("optics")
    assert wizard.windowTitle() == "Add an instrument to pc-cryo"
    assert wizard.which.plugs.item(1).toolTip().endswith("serial number A1\nin use by putty (process 7)")
    assert wizard.which.drivers.count() == 1
    asked = wizard.which._ask_for_folder()
    qtbot.keyClicks(asked.path, "/home/lab/drivers")
    asked.ok.click()
    assert wizard.vm._folders == ["/home/lab/drivers"]
    wizard.reject()
    world.hosts.daemons.read_only = True
    assert world.tab.page.add_instrument("optics") is None
    assert world.hosts.daemons._notifications.notices[-1].sentence.startswith("This window only looks")


def test_what_its_lab_file_said_before_is_looked_at_and_restored_as_an_edit(world, qtbot):
    world.far.tell_link(True, "Supervised.")
    world.tab.select(node_key(PC, OPTICS))
    world.tab.page._show_versions()
    (dialog,) = world.tab.findChildren(VersionsDialog)
    assert dialog.windowTitle() == "Versions of cryo.yaml on pc-cryo"
    assert dialog.list.item(0).text() == "until 02 Jan 2020, 03:04:05"
    assert "chiller" in dialog.diff.toPlainText()
    dialog.restore.click()
    assert "chiller" in world.hosts.daemons.lab.text and world.hosts.daemons.lab.edited
    world.far.lab_versions = refuse
    world.tab.page._show_versions()
    assert world.tab.findChildren(VersionsDialog)[-1].words.text() == "It does not answer."


def refuse() -> None:
    raise Unreachable("It does not answer.")


def test_a_pc_is_added_by_its_address_and_forgotten(world, qtbot):
    dialog = world.tab.add_host()
    qtbot.keyClicks(dialog.address, "pc 7")
    qtbot.keyClick(dialog.address, Qt.Key.Key_Return)
    assert dialog.isVisible() and dialog.problem.text() == "That is no address."
    dialog.address.setText("pc-cryo")
    dialog.ok.click()
    assert world.tab.tree.current_key == node_key(PC, COMPUTER_KEY)
    menu = world.tab.menu_for(world.tab.tree.current_key)
    next(action for action in menu.actions() if action.text() == "Forget this PC").trigger()
    assert world.hosts.forgotten == [PC] and world.roots() == [("This PC", "")]
    assert world.tab.tree.current_key == COMPUTER_KEY
