"""The dialog that moves an instrument to another PC: what it shows, what it refuses, what becomes of a failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrolab_gui.supervision.known_hosts import KnownHost
from pyrolab_gui.ui.daemons_tab import DaemonsTab
from pyrolab_gui.ui.wizard.move_dialog import MoveDialog
from pyrolab_gui.viewmodels.daemons_tree import node_key
from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
from pyrolab_gui.viewmodels.far_daemons import FarDaemons
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import NoReply
from pyrolab_gui.wire.serial_ports import SerialPort
from pyrolab_gui.wire.supervision import Hit, HitCall, LabProblem, LabText
from tests.gui.test_daemons_hosts import PC, Answers, Hosts
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications, Supervisor
from tests.unit.viewmodels.registry_fakes import DirectBridge

DESK = """\
daemons: {optics: {}, wet: {}}
services:
  laser: {module: m, classname: C, instancemode: single, daemon: optics, parameters: {port: COM4, power: 1.0}}
  meter: {module: m, classname: C, instancemode: single, daemon: optics}
"""
RACK = """\
nameservers: {main: {}}
daemons: {cryo: {}}
services: {stage: {module: m, classname: C, instancemode: single, daemon: cryo}}
"""


class Pc(Supervisor):
    """A supervisor with a lab file, whose drivers answer what `answers` says."""

    last_seen = 0.0
    is_here = False

    def __init__(self, text: str, path: str) -> None:
        super().__init__()
        self.text, self.path, self.name = text, path, "pc-cryo"
        self.answers: dict[str, Any] = {}

    def lab(self) -> LabText:
        return LabText(self.text, self.path, str(hash(self.text)))

    def set_lab(self, text: str, path: str, based_on: str) -> tuple[LabProblem, ...]:
        self.text = text
        return ()

    def drivers(self, name: str) -> Pc:
        return self

    def ports(self) -> tuple[SerialPort, ...]:
        return (SerialPort("COM4"), SerialPort("COM7", "", "0403:6001", "B2", "FTDI", "FT232R"))

    def holders(self, devices: Any) -> dict[str, str]:
        return {"COM4": "putty (process 7)"} if "COM4" in devices else {}

    def child(self, daemon: Any, what: str, request: Any, on_news: Any) -> Any:
        return self.answers.get(what) or Answers({})


class Silent:
    """A child that does not answer."""

    def ask(self, seconds: float) -> dict[str, Any]:
        raise NoReply("There was no answer within 20 s while it connected.", "what it printed")


class World:
    def __init__(self, qtbot: Any, folder: Path) -> None:
        path = folder / "desk.yaml"
        path.write_text(DESK, encoding="utf-8")
        self.notifications = Notifications()
        self.own = Pc(DESK, str(path))
        lab = LabViewModel(self.notifications)
        self.vm = DaemonsViewModel(self.own, lab, self.notifications, DirectBridge(), DirectBackground())  # type: ignore[arg-type]
        assert lab.open(path)
        self.hosts = Hosts()
        self.far = Pc(RACK, "/labs/cryo.yaml")
        host = KnownHost("10.2.0.17", 9092, "pc-cryo")
        self.there = FarDaemons(host, self.far, self.notifications, DirectBridge(), DirectBackground())  # type: ignore[arg-type]
        self.hosts.hosts[0].daemons = self.there
        self.far.tell_link(True, "Supervised.")
        self.tab = DaemonsTab(self.vm, self.hosts)  # type: ignore[arg-type]
        qtbot.addWidget(self.tab)
        self.tab.show()

    def ask(self) -> MoveDialog | None:
        menu = self.tab.menu_for("service/laser")
        (move,) = [action for action in menu.actions() if action.text() == "Move to"]
        below = move.menu()
        there = [action.text() for action in below.actions() if action.text()]  # type: ignore[attr-defined]
        assert there == ["Daemon wet", "pc-cryo…"]
        return self.tab.move_instrument("laser", "", PC)


@pytest.fixture
def world(qtbot: Any, tmp_path: Path) -> Any:
    made = World(qtbot, tmp_path)
    yield made
    made.there.close()
    made.vm.close()


def test_what_was_found_and_what_follows_is_told_before_it_may_move(world: World, qtbot: Any) -> None:
    world.own.tell("optics", ChildState.RUNNING)
    world.own.hit = (Hit("daemon/optics", 1, (HitCall("meter", "sweep", "bob@pc7", 0.0),), who=("bob@pc7",)),)
    dialog = world.ask()
    assert dialog is not None and dialog.windowTitle() == "Move laser to pc-cryo"
    assert dialog.cancel.isDefault() and not dialog.move_now.isEnabled(), "its port has a user there"
    assert dialog.vm.prepared is not None
    assert dialog.vm.prepared.refusals == ("COM4 is in use by putty (process 7) on pc-cryo.",)
    editor, row = dialog.ports["port"]
    assert list(dialog.ports) == ["port"], "what is no place to plug in stays as it is"
    editor.combo.setCurrentIndex(1)
    editor.combo.activated.emit(1)
    qtbot.waitUntil(lambda: dialog.vm.may_move)
    assert dialog.vm.kept == {"port": "hwgrep://VID:PID=0403:6001 SER=B2"}
    assert "COM7 now" in row._note.text()
    assert "clients of meter lose their connection" in dialog.effects.text()
    assert "meter.sweep has been running for bob@pc7" in dialog.hits.text()
    assert dialog.move_now.isEnabled() and not dialog.move_now.isDefault()
    dialog.reject()


def test_a_move_that_fails_says_why_and_can_be_tried_again(world: World, qtbot: Any) -> None:
    world.own.text = DESK.replace("COM4", "COM7")
    dialog = world.ask()
    assert dialog is not None
    dialog.vm.set_parameter("port", "COM7")
    dialog.vm.look()
    qtbot.waitUntil(lambda: dialog.vm.may_move)
    world.far.answers["import"] = Silent()
    dialog.vm.look()
    assert not dialog.vm.may_move and "no answer" in dialog.vm.prepared.refusals[0]  # type: ignore[union-attr]
    world.far.answers.clear()
    dialog.vm.look()
    refused = LabProblem("rack.yaml was changed by somebody else since it was opened; open it again first.")
    world.far.set_lab = lambda *_: (refused,)  # type: ignore[method-assign]
    before = world.own.text
    dialog.move_now.click()
    assert dialog.isVisible() and dialog.vm.failure is not None and dialog.vm.may_move
    assert dialog.vm.failure.sentence.startswith("laser was not moved. On pc-cryo: The lab file of pc-cryo could not")
    assert world.own.text == before
    del world.far.set_lab
    dialog.move_now.click()
    assert world.notifications.notices[-1].sentence == "laser is in the lab of pc-cryo now."
    assert "  laser: " not in world.own.text and "laser" in world.far.text
    world.there.far_lab.fetch()
    assert world.tab.tree.current_key == node_key(PC, "service/laser")


def test_it_is_refused_where_the_files_have_edits_or_the_window_only_looks(world: World) -> None:
    def said() -> str:
        return world.notifications.notices[-1].sentence

    world.vm.lab.set_value(Entry("daemons", "optics"), "port", 4100)
    assert world.ask() is None and "this PC has changes that are not applied" in said()
    world.vm.lab.undo()
    world.far.tell_link(False, "It does not answer.")
    assert world.ask() is None and said() == "laser cannot be moved now. pc-cryo: It does not answer."
    world.far.tell_link(True, "Supervised.")
    world.vm.read_only = True
    assert world.tab.move_instrument("laser", "", PC) is None and "This window only looks" in said()
