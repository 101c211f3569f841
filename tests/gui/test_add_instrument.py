"""Adding an instrument: by the keyboard, with a driver in a child; what is taken, tested, refused, written."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from pyrolab_gui.supervision.driver_place import DriversHere
from pyrolab_gui.supervision.plugged import holders
from pyrolab_gui.ui.wizard.wizard import AddInstrumentWizard
from pyrolab_gui.viewmodels.add_instrument_vm import AddInstrumentViewModel
from pyrolab_gui.viewmodels.background import Background
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.wire.errors import NoReply
from pyrolab_gui.wire.serial_ports import SerialPort
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications
from tests.unit.viewmodels.registry_fakes import DirectBridge

LAB = """\
version: "1.0"
nameservers:
  main: {}
daemons:
  optics: {nameservers: [main], search_paths: [mine]}
services:
  laser: {module: m, classname: Laser, instancemode: single, daemon: optics, parameters: {port: COM4}}
"""
DRIVER = '''
class TSL550:
    """Tunable laser."""

    usb_ids = ("0403:6001",)

    def connect(self, port: str, baud: int = 9600) -> None:
        self._port = port

    def identify(self) -> str:
        return f"SANTEC,TSL-550,{self._port},1.0"
'''
PORTS = (
    SerialPort("COM4", "", "0403:6001", "A1", "FTDI", "Laser"),
    SerialPort("COM7", "", "0403:6001", "B2", "FTDI", "FT232R"),
    SerialPort("COM1", "Communications Port"),
)
KEPT = "hwgrep://VID:PID=0403:6001 SER=B2"


class World:
    """The wizard on a lab; `answers` stand in the place of children where a test wants none."""

    def __init__(self, qtbot, folder, background: Any, bridge: Any, daemon: str = "", asked: Any = None) -> None:
        (folder / "mine").mkdir()
        (folder / "mine" / "santec_tsl.py").write_text(DRIVER, encoding="utf-8")
        (folder / "lab.yaml").write_text(LAB, encoding="utf-8")
        self.lab = LabViewModel(Notifications())
        assert self.lab.open(folder / "lab.yaml")
        self.runs = {"optics"}
        self.asked: list[tuple[str, dict[str, Any]]] = [] if asked is None else asked
        self.answers: dict[str, Any] = {}
        self.vm = AddInstrumentViewModel(self.lab, background, bridge, self.runs.__contains__, self, daemon)
        self.wizard = AddInstrumentWizard(self.vm)
        self.wizard.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.wizard)
        self.wizard.show()
        qtbot.waitExposed(self.wizard)
        self.qtbot = qtbot

    # as the computer whose ports and drivers are asked

    name, is_here = "this PC", True

    def ports(self):
        return PORTS

    def holders(self, devices):
        return holders(devices)

    def child(self, daemon, what, request, on_news):
        self.asked.append((what, dict(request)))
        here = DriversHere(lambda: self.lab.folder)
        return self.answers.get(what) or here.child(daemon, what, request, on_news)

    def choose(self, search="santec", plug=2):
        """Choose the driver that a search finds first, and what it is plugged into, and go on."""
        QTest.keyClicks(self.wizard.which.search, search)
        self.wizard.which.plugs.setCurrentRow(plug)
        self.wizard.which.drivers.setCurrentRow(0)
        QTest.keyClick(self.wizard.which.drivers, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: not self.wizard.at_first, timeout=20_000)

    def type(self, editor, text):
        line = editor.combo.lineEdit()
        line.selectAll()
        QTest.keyClicks(line, text)

    @property
    def port(self):
        return self.wizard.named.rows["port"].editor

    def said(self):
        return [label.text() for label in (self.wizard.named.test_state, self.wizard.named.test_text)]


class Never:
    """A child that does not answer."""

    def __init__(self) -> None:
        self.ended = 0

    def ask(self, seconds):
        raise NoReply("There was no answer within 20 s while it connected.", "what it printed")

    def end(self):
        self.ended += 1


@pytest.fixture
def world(qtbot, tmp_path):
    return World(qtbot, tmp_path, DirectBackground(), DirectBridge())


def test_the_keyboard_alone_adds_an_instrument_with_a_daemon_of_its_own(qtbot, tmp_path):
    bridge = Bridge()
    background = Background(bridge, Notifications())
    world = World(qtbot, tmp_path, background, bridge)
    wizard, key = world.wizard, Qt.Key
    try:
        qtbot.waitUntil(lambda: not world.vm.looking, timeout=20_000)
        assert wizard.focusWidget() is wizard.which.search
        QTest.keyClicks(wizard.which.search, "santec")
        QTest.keyClick(wizard.which.search, key.Key_Return)
        assert wizard.focusWidget() is wizard.which.drivers
        QTest.keyClick(wizard.which.drivers, key.Key_Return)
        qtbot.waitUntil(lambda: not wizard.at_first, timeout=20_000)
        assert wizard.focusWidget() is world.port.combo.lineEdit() or world.port.isAncestorOf(wizard.focusWidget())
        QTest.keyClicks(wizard.focusWidget(), "COM9")
        QTest.keyClick(wizard.focusWidget(), key.Key_Return)
        qtbot.waitUntil(lambda: world.vm.tested.state == "done", timeout=20_000)
        assert "SANTEC,TSL-550,COM9,1.0" in world.said()[1]
        wizard.named.name.setFocus()
        QTest.keyClick(wizard.focusWidget(), key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    finally:
        background.close()
    assert world.lab.text == LAB.replace("services:", "  tsl550:\n    search_paths: [mine]\nservices:") + (
        "  tsl550:\n    module: santec_tsl\n    classname: TSL550\n    parameters:\n      port: COM9\n"
        "    instancemode: single\n    daemon: tsl550\n    nameservers: [main]\n\nautolaunch:\n  daemons: [tsl550]\n"
    )
    world.lab.undo()
    assert world.lab.text == LAB
    assert "santec_tsl" not in sys.modules


def test_what_is_plugged_in_finds_its_driver_and_is_kept_by_serial_number(world):
    rows = [world.wizard.which.plugs.item(number).toolTip() for number in range(4)]
    assert rows[1] == "COM4\nFTDI Laser · serial number A1\nin use by laser"
    assert "in use" not in rows[2]
    world.wizard.which.plugs.setCurrentRow(2)
    assert world.wizard.which.drivers.item(0).toolTip() == "TSL550\nTunable laser\nfits"
    assert [what for what, _ in world.asked] == ["catalogue"]  # nothing was sent to any port
    world.choose()
    row = world.wizard.named.rows["port"]
    assert (world.port.combo.currentText(), row.value()) == ("COM7 · FTDI FT232R", KEPT)
    assert row.message.text() == "kept by serial number; COM7 now"
    assert world.wizard.named.name.text() == "tsl550"
    world.wizard.add.click()
    assert world.lab.values(Entry("services", "tsl550"))["parameters"] == {"port": KEPT}


def test_a_test_of_a_port_in_use_is_refused_and_names_its_user(world):
    world.choose(plug=1)
    assert "in use by laser" in world.wizard.named.rows["port"].message.text()
    world.wizard.test.click()
    sentence = "COM4 is in use by laser, which daemon optics hosts. Stop optics first, then test again."
    assert world.said() == ["Not connected", sentence]
    assert "test" not in dict(world.asked)
    world.runs.clear()  # it does not run: the port is free
    world.answers["test"] = Never()
    world.wizard.test.click()
    assert dict(world.asked)["test"]["parameters"]["port"] == "hwgrep://VID:PID=0403:6001 SER=A1"


@pytest.mark.skipif(sys.platform != "linux", reason="only there the system tells")
def test_a_test_of_a_port_that_another_program_has_is_refused(world):
    world.choose(plug=0)
    ends = os.openpty()
    try:
        port = os.ttyname(ends[1])
        world.type(world.port, port)
        world.wizard.test.click()
        told = world.said()[1]  # the port is looked at beside the window: it stays open until then
    finally:
        for end in ends:
            os.close(end)
    assert told.startswith(f"{port} is in use by ")
    assert f"(process {os.getpid()})" in told


def test_a_test_shows_what_failed_and_goes_when_a_field_changes(world):
    world.choose()
    never = world.answers["test"] = Never()
    world.wizard.test.click()
    assert world.said() == ["Not connected", "There was no answer within 20 s while it connected."]
    assert world.wizard.named.test_detail.toPlainText() == "what it printed"
    world.type(world.port, "COM9")
    assert never.ended == 1
    assert not world.wizard.named.test_state.isVisible() and "Not tested yet" in world.said()[1]
    assert not world.wizard.named.test_detail.isVisible()


def test_the_instrument_that_answered_can_be_the_only_one_that_is_accepted(world):
    world.choose(plug=0)
    world.type(world.port, "COM9")
    world.wizard.test.click()
    world.wizard.named._expect.click()
    assert world.wizard.named.expected.text() == "SANTEC,TSL-550,COM9"  # but for its firmware
    world.type(world.port, "COM8")
    world.wizard.test.click()
    assert "Another instrument answers: it is “SANTEC,TSL-550,COM8,1.0”" in world.said()[1]
    world.wizard.add.click()
    assert world.lab.values(Entry("services", "tsl550"))["expect_id"] == "SANTEC,TSL-550,COM9"


def test_what_is_missing_or_taken_is_marked_and_keeps_it_from_being_added(world):
    world.choose(plug=0)
    world.wizard.test.click()
    assert world.wizard.named.rows["port"].message.text() == "Choose what it is connected to, or type it."
    assert world.wizard.say.text() == "1 field to correct" and not world.wizard.add.isEnabled()
    world.type(world.port, "COM9")
    name = world.wizard.named.name
    name.selectAll()
    QTest.keyClicks(name, "laser")
    assert "already a service called 'laser'" in world.wizard.named.name_row.error
    assert not world.wizard.add.isEnabled() and world.wizard.test.isEnabled()


def test_into_the_daemon_that_one_came_from(qtbot, tmp_path):
    world = World(qtbot, tmp_path, DirectBackground(), DirectBridge(), daemon="optics")
    world.choose(plug=0)
    assert world.wizard.named.daemon.currentText() == "optics"
    world.type(world.port, "COM9")
    world.wizard.add.click()
    assert world.lab.values(Entry("services", "tsl550"))["daemon"] == "optics"
    assert list(world.lab.entries("daemons")) == ["optics"]


def test_a_daemon_that_hosts_nothing_yet_is_offered_before_a_new_one(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "LAB", LAB.replace("services:", "  instruments: {}\nservices:"))
    world = World(qtbot, tmp_path, DirectBackground(), DirectBridge())
    world.choose(plug=0)
    named = world.wizard.named
    assert named.daemon.currentText() == "instruments (hosts nothing yet)"
    assert [named.daemon.itemText(row) for row in range(3)] == [
        "a daemon of its own",
        "optics",
        "instruments (hosts nothing yet)",
    ]
    world.type(world.port, "COM9")
    world.wizard.add.click()
    assert world.lab.values(Entry("services", "tsl550"))["daemon"] == "instruments"
    assert list(world.lab.entries("daemons")) == ["optics", "instruments"]


def test_a_driver_in_a_folder_of_ones_own_brings_the_folder_along(world, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "own.py").write_text("class Own:\n    def identify(self): ...\n", encoding="utf-8")
    before = world.wizard.which.drivers.count()
    world.vm.add_folder(str(tmp_path / "more"))
    assert world.wizard.which.drivers.count() == before + 1
    world.choose("Own", plug=0)
    assert world.wizard.named.daemon.currentData() == ""
    world.wizard.add.click()
    assert world.lab.values(Entry("daemons", "own"))["search_paths"] == ("more",)


def test_what_is_answered_after_the_end_is_dropped(qtbot, tmp_path):
    late: list[Any] = []

    class Late(DirectBackground):
        def ask(self, question, answered, failed=None):
            late.append((answered, failed))

    world = World(qtbot, tmp_path, Late(), DirectBridge())
    world.answers["catalogue"] = Never()
    world.vm.add_folder(str(tmp_path))
    ended = world.answers["catalogue"].ended
    world.wizard.reject()
    assert world.answers["catalogue"].ended > ended
    for answered, failed in late:
        answered({})  # each of these would be a mistake if anybody looked at it
        failed(NoReply("too late"))
    assert world.vm.plugged_in.plugs == () and world.vm.catalogue_fault == ""


def test_a_driver_that_cannot_be_described_says_why(world):
    world.answers["describe"] = Never()
    QTest.keyClicks(world.wizard.which.search, "santec")
    world.wizard.which.drivers.setCurrentRow(0)
    QTest.keyClick(world.wizard.which.drivers, Qt.Key.Key_Return)
    assert world.wizard.at_first and not world.wizard.go_on.isEnabled()
    assert world.wizard.which.doc.text() == "There was no answer within 20 s while it connected."


def test_a_test_that_hangs_can_be_stopped_and_the_focus_stays_on_a_harmless_place(qtbot, tmp_path):
    waiting: list[Any] = []
    asked: list[tuple[str, dict[str, Any]]] = []

    class Later(DirectBackground):
        def ask(self, question, answered, failed=None):
            if asked and asked[-1][0] == "test":
                waiting.append(answered)
            else:
                super().ask(question, answered, failed)

    here = World(qtbot, tmp_path, Later(), DirectBridge(), asked=asked)
    here.choose(plug=0)
    here.type(here.port, "COM9")
    never = here.answers["test"] = Never()
    here.wizard.test.setFocus()
    for _ in range(2):  # the second press does nothing: a test is under way
        QTest.keyClick(here.wizard.test, Qt.Key.Key_Space)
    assert len(waiting) == 1 and here.wizard.focusWidget() is here.wizard.test
    stop = here.wizard.findChild(QPushButton, "wizard-stop-test")
    assert stop is not None
    assert stop.isVisible()
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert never.ended and "Not tested yet" in here.said()[1]
    waiting[0]({"seconds": 0.1, "identity": "too late"})
    assert "Not tested yet" in here.said()[1]


def test_the_network_is_asked_on_a_click_only_and_what_answers_fits_its_driver(world):
    class Network:
        found: list[dict[str, str]] = []  # noqa: RUF012 - shared on purpose

        def ask(self, seconds):
            return {"instruments": self.found}

        def end(self):
            pass

    world.answers["lan"] = Network()
    button = world.wizard.findChild(QPushButton, "wizard-network")
    assert "lan" not in dict(world.asked)
    button.click()
    assert world.wizard.which.plugs_note.text() == "No instrument of the network answered."
    address = "TCPIP::10.0.0.7::INSTR"
    Network.found.append({"address": address, "host": "10.0.0.7", "maker": "Santec", "model": "TSL-550", "serial": "7"})
    button.click()
    assert not world.wizard.which.plugs_note.isVisible()
    row = world.wizard.which.plugs.count() - 1
    assert world.wizard.which.plugs.item(row).toolTip() == f"{address}\nSantec TSL-550 · serial number 7"
    world.choose("", plug=row)
    assert world.vm.driver.module == "santec_tsl", "by its maker's name"
    assert world.wizard.named.rows["port"].value() == address
