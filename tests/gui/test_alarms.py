"""Alarms in the window: what is raised in the frame and in the list, the forms, and the test of a recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pyrolab_gui.model.alarms import AlarmFile
from pyrolab_gui.ui.alarms.dialog import AlarmsDialog
from pyrolab_gui.ui.alarms.setup_page import SetupPage
from pyrolab_gui.ui.console.value_label import ValueLabel
from pyrolab_gui.viewmodels.alarm_edits import ALARM, MAIL, RECIPIENT, AlarmEdits
from pyrolab_gui.viewmodels.alarms_vm import AlarmsViewModel, shelf_times
from pyrolab_gui.viewmodels.background import Background
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.wire.alarms import AlarmState, AlarmStatus
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, ServiceStatus
from tests.integration.alarm_servers import WebServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RAISED = AlarmStatus(
    "warm",
    "cryo.temperature",
    AlarmState.ALARM,
    "alarm",
    "cryo.temperature is 5 K, alarm at or above 4.5 K.",
    5.0,
    "K",
    since=1_700_000_000.0,
    knows="told anna (12:03)",
    note="Close the valve.",
)
QUIET = AlarmStatus("power", "meter.power", AlarmState.OK, tells_nobody=True)


class FakeSupervisor:
    """Has one child that delivers alarms, and remembers what it is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, Any]]] = []
        self._tell: Callable[[ChildStatus], None] = lambda status: None
        self._now: tuple[ChildStatus, ...] = ()

    def subscribe(self, callback: Callable[[ChildStatus], None]) -> Callable[[], None]:
        self._tell = callback
        return lambda: None

    def statuses(self) -> tuple[ChildStatus, ...]:
        return self._now

    def tell(self, key: str, what: dict[str, Any]) -> None:
        self.said.append((key, what))

    def report(self, *alarms: AlarmStatus) -> None:
        services = tuple(ServiceStatus(one.name, str(one.state), one.sentence, one.to_text()) for one in alarms)
        self._tell(ChildStatus(ChildKind.ALARMS, "bench", ChildState.RUNNING, services=services))


class Desk:
    def __init__(self, folder: Path) -> None:
        self.bridge, self.notifications, self.supervisor = Bridge(), Notifications(), FakeSupervisor()
        self.background = Background(self.bridge, self.notifications)
        self.alarms = AlarmsViewModel(
            self.supervisor,  # type: ignore[arg-type]
            lambda: "ben@pc3",
            self.notifications,
            self.bridge,
            self.background,
        )
        self.edits = AlarmEdits(folder / "bench.yaml", lambda: None, self.background)
        self.dialog = AlarmsDialog(self.alarms, self.edits)


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    qtbot.addWidget(desk.dialog)
    desk.dialog.show()
    yield desk
    desk.background.close()
    desk.bridge.close()


def test_what_is_raised_stands_first_and_is_acknowledged_by_name(desk: Desk, qtbot: Any) -> None:
    with qtbot.waitSignal(desk.alarms.changed):
        desk.supervisor.report(QUIET, RAISED)
    assert [row.alarm.name for row in desk.alarms.rows] == ["warm", "power"]
    assert desk.alarms.level("cryo", "temperature") is not None
    assert [notice.sentence for notice in desk.notifications.notices] == [f"Alarm warm: {RAISED.sentence}"]
    line = desk.dialog.now._lines["", "alarms/bench", "warm"]
    assert line.sentence.text() == RAISED.sentence
    assert line.people.text().endswith("told anna (12:03)")
    line.acknowledge.click()
    qtbot.waitUntil(lambda: bool(desk.supervisor.said))
    assert desk.supervisor.said == [("alarms/bench", {"acknowledge": "warm", "by": "ben@pc3"})]
    banner = desk.dialog.now._banner
    assert banner.title == "Nobody is told of power: shown here only."


def test_the_forms_begin_with_the_first_alarm(desk: Desk) -> None:
    name = desk.edits.add(ALARM)
    page = SetupPage(desk.edits, desk.dialog)
    assert page.list.currentItem().text().strip() == name


def test_an_alarm_is_set_up_in_the_form_and_saved(desk: Desk) -> None:
    desk.dialog.show_setup()
    page = desk.dialog.setup
    assert page is not None
    page.add_recipient.click()
    page._form.editors["to"].set_value(("anna@lab.example",))  # type: ignore[union-attr]
    page._form._on_edited("to")  # type: ignore[union-attr]
    page.add_alarm.click()
    name = desk.edits.names(ALARM)[0]
    assert not page.save.isEnabled()
    for field, value in {
        "instrument": "cryo",
        "member": "temperature",
        "high_alarm": 4.5,
        "tell": ("recipient",),
    }.items():
        desk.edits.set(ALARM, name, field, value)
    assert page.problem.text() == "recipient is told by mail, but no mail server is named."
    desk.edits.set(MAIL, "", "host", "mail.lab.example")
    assert page.problem.text() == ""
    page.save.click()
    found = AlarmFile.open(desk.edits._path).alarms
    assert found is not None
    assert found.alarms[name].high_alarm == 4.5
    assert not page.save.isEnabled()


def test_a_test_is_sent_to_what_the_form_says(desk: Desk, qtbot: Any) -> None:
    server = WebServer()
    try:
        page = desk.dialog.setup
        assert page is not None
        page.go_to(RECIPIENT, desk.edits.add(RECIPIENT, name="room", kind="webhook", url=server.url))
        with qtbot.waitSignal(desk.edits.tested):
            page.test.click()
        assert server.told[0]["event"] == "test"
        assert page.tested.text() == "Sent. Look whether room has it."
        server.status = 404
        with qtbot.waitSignal(desk.edits.tested):
            page.test.click()
        assert "answers 404" in page.tested.text()
    finally:
        server.close()


def test_a_value_out_of_bounds_is_marked_by_shape_and_word(qtbot: Any) -> None:
    label = ValueLabel(90)
    qtbot.addWidget(label)
    label.setText("5.0")
    label.set_alarm("alarm")
    assert label.accessibleDescription() == "alarm"
    label.grab()


def test_until_eight_is_the_next_morning() -> None:
    import time

    evening = time.mktime((2026, 3, 4, 22, 0, 0, 0, 0, -1))
    words, until = shelf_times(evening)[-1]
    assert (words, time.localtime(until)[:5]) == ("Until 08:00", (2026, 3, 5, 8, 0))
