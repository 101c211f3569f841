"""Alarms with real processes: judged in a daemon, delivered by a child of the supervisor, with no window anywhere."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from pyrolab_gui.supervision.alarm_keeper import AlarmKeeper
from pyrolab_gui.supervision.lab_text import read_plan
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire.alarms import AlarmState, AlarmStatus
from tests.integration.alarm_servers import MailServer, WebServer
from tests.integration.child_process import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "alarms/alarms"
DRIVER = """
class Driver:
    value = 4.0
    @property
    def temperature(self) -> float:
        return float(open({path!r}).read())
"""
LAB = """version: '1.0'
daemons:
  cold: {{host: 127.0.0.1, search_paths: [{folder}]}}
services:
  cryo: {{module: w4_cryo, classname: Driver, instancemode: single, daemon: cold}}
"""
ALARMS = """version: '1.0'
mail: {{host: 127.0.0.1, port: {mail}, security: none}}
recipients:
  anna: {{kind: mail, to: anna@lab.example}}
  room: {{kind: webhook, url: '{web}'}}
alarms:
  warm:
    instrument: cryo
    member: temperature
    high_alarm: 4.5
    delay: 0
    period: 0.05
    no_data: 30
    tell: [room, anna]
    note: Close the valve.
  quiet: {{instrument: cryo, member: temperature, high_alarm: 100, delay: 0}}
"""


class Bench:
    """A lab under supervision, with a reading that the test sets."""

    def __init__(self, folder: Path) -> None:
        self.mail, self.web = MailServer(), WebServer()
        self._reading = folder / "reading"
        self.set(4.0)
        (folder / "w4_cryo.py").write_text(DRIVER.format(path=str(self._reading)))
        lab = folder / "lab.yaml"
        lab.write_text(LAB.format(folder=folder))
        self.file = folder / "lab.alarms.yaml"
        self.file.write_text(ALARMS.format(mail=self.mail.port, web=self.web.url))
        self.supervisor = Supervisor(folder / "state", folder / "log")
        self.supervisor.load(read_plan(str(lab)), str(lab))
        self.keeper = AlarmKeeper(self.supervisor, folder / "state", look=0.1)

    def set(self, value: float) -> None:
        temporary = self._reading.with_suffix(".new")
        temporary.write_text(str(value))
        temporary.replace(self._reading)

    def alarm(self, name: str = "warm") -> AlarmStatus | None:
        for status in self.supervisor.statuses():
            for service in status.services if status.key == KEY else ():
                if service.name == name:
                    return AlarmStatus.from_text(service.detail)
        return None

    def stands(self, state: AlarmState, name: str = "warm") -> bool:
        found = self.alarm(name)
        return found is not None and found.state is state

    def close(self) -> None:
        self.keeper.close()
        self.supervisor.close(stop_children=True)
        self.mail.close()
        self.web.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    try:
        bench.supervisor.start(["daemon/cold"])
        eventually(lambda: bench.stands(AlarmState.OK), 20)
        yield bench
    finally:
        bench.close()


def test_an_alarm_is_told_acknowledged_and_over_without_a_window(bench: Bench) -> None:
    bench.set(5.0)
    eventually(lambda: bench.stands(AlarmState.ALARM))
    eventually(lambda: bench.web.told)
    told = bench.web.told[0]
    assert told["event"] == "raised"
    assert told["value"] == 5.0
    assert told["title"] == "Alarm warm: cryo.temperature is 5, alarm at or above 4.5"
    assert "Close the valve." in told["text"]
    eventually(lambda: (found := bench.alarm()) is not None and found.knows.startswith("told room ("))
    quiet = bench.alarm("quiet")
    assert quiet is not None
    assert quiet.tells_nobody

    bench.supervisor.tell(KEY, {"acknowledge": "warm", "by": "Ben"})
    eventually(lambda: (found := bench.alarm()) is not None and found.acknowledged == "Ben")
    eventually(lambda: [one["event"] for one in bench.web.told] == ["raised", "acknowledged"])
    bench.set(4.0)
    eventually(lambda: bench.stands(AlarmState.OK))
    eventually(lambda: [one["event"] for one in bench.web.told] == ["raised", "acknowledged", "over"])
    assert not bench.mail.letters  # it was acknowledged before it was passed on


def test_alarms_that_fail_are_taken_up_by_another_process(bench: Bench) -> None:
    before = next(status.pid for status in bench.supervisor.statuses() if status.key == KEY)
    bench.supervisor.tell(KEY, {"shelve": "warm", "until": "soon"})
    eventually(lambda: any(one.key == KEY and one.pid not in (0, before) for one in bench.supervisor.statuses()), 20)


def test_a_daemon_that_is_silent_is_an_alarm_and_one_that_is_stopped_is_none(bench: Bench) -> None:
    bench.web.status = 500  # whoever cannot be told is not waited for
    pid = next(status.pid for status in bench.supervisor.statuses() if status.key == "daemon/cold")
    os.kill(pid, signal.SIGSTOP)  # the process is there, and silent
    try:
        eventually(lambda: bench.stands(AlarmState.ALARM), 20)
        eventually(lambda: bench.mail.letters, 20)
        assert "has given no" in bench.mail.letters[0]
        assert "To: anna@lab.example" in bench.mail.letters[0]
        found = bench.alarm()
        assert found is not None
        assert found.trouble.startswith("room: 127.0.0.1")
    finally:
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: bench.stands(AlarmState.OK), 20)
    bench.supervisor.stop(["daemon/cold"])
    eventually(lambda: not any(status.key == KEY for status in bench.supervisor.statuses()), 20)


def test_what_is_told_outlives_the_child_and_another_file_is_taken_over(bench: Bench) -> None:
    bench.set(5.0)
    eventually(lambda: len(bench.web.told) == 1)
    before = next(status.pid for status in bench.supervisor.statuses() if status.key == KEY)
    bench.file.write_text(bench.file.read_text().replace("high_alarm: 4.5", "high_alarm: 4.6"))
    eventually(lambda: any(one.key == KEY and one.pid not in (0, before) for one in bench.supervisor.statuses()), 20)
    eventually(lambda: bench.stands(AlarmState.ALARM), 20)
    assert len(bench.web.told) == 1  # it is the same alarm
    bench.file.write_text("alarms: {warm: {instrument: cryo}}")
    eventually(lambda: any("member" in one.error for one in bench.supervisor.statuses() if one.key == KEY), 20)
    assert bench.alarm() is not None
