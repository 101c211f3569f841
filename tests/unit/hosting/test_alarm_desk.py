"""The desk of the alarms tells of recordings in trouble in their own words, and when they go on."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import Any

from pyrolab_gui.hosting.alarm_desk import Desk
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.wire.alarms import AlarmPlan, AlarmsPlan, Recipient


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
