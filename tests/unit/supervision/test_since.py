"""The first look of the day, made of what happened and of how things stand."""

from __future__ import annotations

import datetime
from dataclasses import replace

from pyrolab_gui.supervision.since import Gap, event_text, since_report
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, ServiceStatus
from pyrolab_gui.wire.supervision import ChildEvent, EventKind, Hit, HitCall, HitLock, HitOutput, HitRecording

NOW = datetime.datetime(2026, 11, 25, 9, 0).timestamp()
BEGIN = NOW - 12 * 3600
OPTICS = ChildStatus(ChildKind.DAEMON, "optics", ChildState.RUNNING, pid=5, started=BEGIN)
MOTION = ChildStatus(ChildKind.DAEMON, "motion", ChildState.RUNNING, pid=6, started=BEGIN)
KILLED = "optics was killed (SIGKILL)."


def event(after: float, kind: EventKind, reason: str = "", who: str = "", key: str = OPTICS.key) -> ChildEvent:
    return ChildEvent(BEGIN + after, key, kind, reason, who)


def test_a_quiet_night_says_nothing_five_times():
    report = since_report(BEGIN, NOW, [OPTICS], [event(-10, EventKind.CRASHED, KILLED)])
    assert report.lines()[0] == "Since Tue 24 Nov 21:00:00 (12 h 0 min ago)"
    assert report.lines().count("  nothing") == 5


def test_a_crash_that_healed_is_what_came_back_with_its_reason_and_gap():
    report = since_report(
        BEGIN, NOW, [OPTICS], [event(60, EventKind.CRASHED, KILLED), event(65, EventKind.RESTARTED, KILLED)]
    )
    (back,) = report.came_back
    assert back.text == f"optics serves again; it was in trouble once, last: {KILLED}"
    assert back.time == BEGIN + 65
    assert report.gaps == (Gap(OPTICS.key, BEGIN + 60, BEGIN + 65, KILLED),)
    assert report.waits == ()
    assert [entry.text for entry in report.happened] == [
        f"optics crashed: {KILLED}",
        f"optics was restarted: {KILLED}",
    ]


def test_what_is_still_broken_waits_and_has_not_come_back():
    failed = replace(OPTICS, state=ChildState.FAILED, error=KILLED, pid=0)
    report = since_report(
        BEGIN,
        NOW,
        [failed],
        [
            event(1, EventKind.CRASHED, KILLED),
            event(2, EventKind.RESTARTED, KILLED),
            event(3, EventKind.CRASHED, KILLED),
            event(3, EventKind.FAILED, KILLED),
        ],
    )
    assert report.came_back == ()
    assert [entry.text for entry in report.waits] == [f"optics has failed: {KILLED}"]
    assert report.gaps[-1].end is None


def test_the_next_try_is_told():
    backoff = replace(OPTICS, state=ChildState.BACKOFF, error=KILLED, retry_at=NOW + 12)
    (waits,) = since_report(BEGIN, NOW, [backoff], []).waits
    assert waits.text == f"optics crashed and waits for its next start in 12 s: {KILLED}"


def test_an_instrument_that_is_missing_waits_and_one_that_was_missing_came_back():
    missing = replace(OPTICS, services=(ServiceStatus("bench.laser", "not-connected", "no such port"),))
    report = since_report(BEGIN, NOW, [missing], [event(5, EventKind.NOT_CONNECTED, "bench.laser is not connected.")])
    assert [entry.text for entry in report.waits] == ["bench.laser is not connected to its instrument: no such port"]
    assert report.came_back == ()
    report = since_report(
        BEGIN,
        NOW,
        [OPTICS],
        [
            event(5, EventKind.NOT_CONNECTED, "bench.laser is not connected."),
            event(9, EventKind.CONNECTED, "bench.laser is connected to its instrument again."),
        ],
    )
    assert len(report.came_back) == 1
    assert report.gaps == ()


def test_a_stop_and_a_start_are_a_gap_and_no_trouble():
    events = [event(10, EventKind.STOPPED, who="ada"), event(40, EventKind.STARTED, who="bob")]
    report = since_report(BEGIN, NOW, [OPTICS, MOTION], events)
    assert report.came_back == ()
    assert [(gap.end or 0) - gap.start for gap in report.gaps] == [30]
    assert [entry.text for entry in report.happened] == ["optics was stopped by ada.", "optics was started by bob."]


def test_who_holds_what():
    hit = Hit(
        OPTICS.key,
        2,
        (HitCall("bench.laser", "sweep", "ada@desk", NOW - 200),),
        (HitLock("bench.meter", "bob@desk", NOW - 7200),),
        recordings=(HitRecording("bench.meter", "power", "ada@desk"), HitRecording("bench.meter", "power", "ada@desk")),
        outputs=(HitOutput("bench.laser", "output", NOW - 60), HitOutput("bench.lamp", "")),
        unknown=(HitOutput("bench.heater", "", NOW - 60),),
    )
    assert [entry.text for entry in since_report(BEGIN, NOW, [OPTICS], [], [hit]).held] == [
        "bench.laser.output is on, for 1 min 0 s",
        "bench.lamp is on",
        "The state of bench.heater is not known since its crash; an output may be on",
        "bob@desk holds bench.meter for 2 h 0 min",
        "ada@desk has bench.laser.sweep running for 3 min 20 s",
        "ada@desk records bench.meter.power",
    ]


def test_every_kind_of_event_is_a_sentence():
    for kind in EventKind:
        assert event_text(event(0, kind))
        says_no_more = kind in (EventKind.UNRESPONSIVE, EventKind.BACK)
        assert event_text(event(0, kind, "Because of that.")).endswith("Because of that.") is not says_no_more


def test_after_a_power_cut_it_is_told_what_came_back_and_what_was_not_started():
    lost = [event(5, EventKind.LOST, "optics ended with this computer.")]
    lost.append(event(5, EventKind.LOST, "motion ended with this computer.", key=MOTION.key))
    back = event(65, EventKind.RESTARTED, who="the supervisor")
    report = since_report(BEGIN, NOW, [OPTICS, replace(MOTION, state=ChildState.STOPPED, pid=0)], [*lost, back])
    assert [entry.text for entry in report.came_back] == [
        "optics serves again; it was in trouble once, last: optics ended with this computer."
    ]
    assert [entry.text for entry in report.waits] == ["motion ended with this computer. It has not been started since."]
    assert [(gap.key, gap.end) for gap in report.gaps] == [(OPTICS.key, BEGIN + 65), (MOTION.key, None)]


def test_a_gap_of_a_moment_is_no_zero_seconds():
    report = since_report(BEGIN, NOW, [OPTICS], [event(5, EventKind.CRASHED), event(5.2, EventKind.RESTARTED)])
    assert any("did not serve for less than 1 s" in line for line in report.lines())
