"""The desk of the alarms tells of recordings in trouble in their own words, and when they go on."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from typing import Any

import pytest

from pyrolab_gui.hosting import alarm_desk
from pyrolab_gui.hosting.alarm_desk import Desk
from pyrolab_gui.hosting.alarm_watcher import Watcher
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.wire.alarms import AlarmPlan, AlarmsPlan, AlarmState, Judgement, Recipient
from pyrolab_gui.wire.errors import NotRegistered


def test_a_recording_that_does_not_grow_is_told_to_everybody_in_its_own_words(tmp_path: Path):
    told: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    alarm = AlarmPlan("warm", "cryo", "temperature", high_alarm=5.0, tell=("anna",))
    plan = AlarmsPlan("alarms", alarms=(alarm,), recipients=(Recipient("anna", to=("anna@lab.example",)),))
    statuses: list[Any] = []
    desk = Desk(
        plan,
        Identity.here(),
        statuses.append,
        send=lambda message, recipient, mail: told.put((recipient.name, message.title)),
    )
    still = "night.rec has not grown since 12:00:00. cryo: it is off"
    desk.told({"recordings": {"night": still}})
    desk.look()
    assert told.get(timeout=5) == ("anna", f"Alarm recording night: {still}")
    assert [status.sentence for status in statuses[-1] if status.name == "recording night"] == [still]
    desk.told({"recordings": {}})
    desk.look()
    assert told.get(timeout=5) == ("anna", "Over: recording night: It goes on")
    assert [status.name for status in statuses[-1]] == ["warm"]
    desk._senders.shutdown()


def far_desk(monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, Watcher, dict[str, str]]:
    """Return a desk whose instrument is on another PC, registered and answering, and what the nameserver has."""
    registered = {"cryo": "PYRO:cryo@10.0.0.2:4711"}

    def lookup(host: str, port: int, name: str, trust: object) -> str:
        if name not in registered:
            raise NotRegistered(f"The nameserver at {host}:{port} knows no “{name}”.")
        return registered[name]

    monkeypatch.setattr(alarm_desk, "lookup", lookup)
    alarm = AlarmPlan("warm", "cryo", "temperature", high_alarm=5.0, no_data=1, period=0.001, delay=0.0)
    plan = AlarmsPlan("alarms", alarms=(alarm,), nameservers=({"name": "main", "host": "10.0.0.1", "port": 9090},))
    desk = Desk(plan, Identity.here(), lambda statuses: None)
    desk._find("cryo")
    return desk, desk._watchers["cryo"], registered


def test_what_another_pc_took_out_of_the_nameserver_and_ended_was_stopped_and_is_no_alarm(
    monkeypatch: pytest.MonkeyPatch,
):
    desk, watcher, registered = far_desk(monkeypatch)
    del registered["cryo"]
    assert desk._find("cryo") == "PYRO:cryo@10.0.0.2:4711", "as long as it answers it is watched"
    desk.look()
    assert desk.cases["warm"].status(0.0).state is not AlarmState.OFF
    watcher._lost("Nothing listens at 10.0.0.2:4711")
    desk.look()
    assert desk.cases["warm"].status(0.0).state is AlarmState.OFF
    assert desk.cases["warm"].status(0.0).sentence == "cryo was stopped."
    registered["cryo"] = "PYRO:cryo@10.0.0.2:4712"
    desk._find("cryo")
    desk.look()
    assert desk.cases["warm"].status(0.0).state is not AlarmState.OFF, "it is there again, and silent"
    desk._senders.shutdown()


def test_what_crashed_or_was_unplugged_stays_an_alarm_when_the_nameserver_drops_it_later(
    monkeypatch: pytest.MonkeyPatch,
):
    desk, watcher, registered = far_desk(monkeypatch)
    began = time.time()
    watcher._found["warm"] = Judgement("warm", value=4.0, time=began - 60.0, since=began - 3600.0)
    watcher._lost("Nothing listens at 10.0.0.2:4711")
    monkeypatch.setattr(watcher, "_heard", watcher._heard - 20.0)
    desk._find("cryo")
    del registered["cryo"]
    desk._find("cryo")
    desk.look()
    assert desk.cases["warm"].status(0.0).state is AlarmState.ALARM
    assert desk.cases["warm"].since >= began, "it was well before, and that is not since when it is an alarm"
    desk._senders.shutdown()
