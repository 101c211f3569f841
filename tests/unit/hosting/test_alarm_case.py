"""Who is told of an alarm and when: raised, repeated, passed on, acknowledged, shelved, over."""

from __future__ import annotations

from dataclasses import replace

from pyrolab_gui.hosting.alarm_case import Case
from pyrolab_gui.wire.alarms import AlarmPlan, AlarmState, Judgement

OK = Judgement("warm", "ok", 4.0)
WARN = Judgement("warm", "warn", 5.0, bound=5.0)
ALARM = Judgement("warm", "alarm", 9.0, bound=8.0)


def case(*tell: str, **given: object) -> Case:
    plan = AlarmPlan("warm", "cryo", "temperature", tell=tell, high_warn=5.0, high_alarm=8.0, **given)  # type: ignore[arg-type]
    return Case(plan, repeat=600.0, pass_on=900.0)


def told(found: Case, judgement: Judgement, now: float) -> list[tuple[str, ...]]:
    return [(telling.why, *telling.recipients) for telling in found.update(judgement, now)]


def test_it_is_repeated_and_passed_on_until_somebody_acknowledges() -> None:
    found = case("anna", "ben")
    assert told(found, ALARM, 1_000.0) == [("raised", "anna")]
    assert told(found, ALARM, 1_599.0) == []
    assert told(found, ALARM, 1_600.0) == [("repeated", "anna")]
    assert told(found, ALARM, 1_900.0) == [("passed on", "ben")]
    assert told(found, ALARM, 2_200.0) == [("repeated", "anna", "ben")]
    found.acknowledge("Carl", 2_300.0)
    assert told(found, ALARM, 2_300.5) == [("acknowledged", "anna", "ben")]
    assert told(found, ALARM, 9_000.0) == []
    assert told(found, OK, 9_001.0) == [("over", "anna", "ben")]


def test_it_is_passed_on_at_once_where_nobody_could_be_told() -> None:
    found = case("anna", "ben")
    told(found, ALARM, 1_000.0)
    found.delivered("anna", "The mail server cannot be used")
    assert told(found, ALARM, 1_000.5) == [("passed on", "ben")]
    found.delivered("ben", "")
    status = found.status(1_001.0)
    assert status.knows.startswith("told ben (")
    assert status.trouble == "anna: The mail server cannot be used"


def test_a_warning_is_shown_only_and_told_where_it_is_wanted() -> None:
    assert told(case("anna"), WARN, 1_000.0) == []
    found = case("anna", tell_warnings=True)
    assert told(found, WARN, 1_000.0) == [("raised", "anna")]
    found.acknowledge("Carl", 1_001.0)
    assert told(found, ALARM, 1_002.0) == [("acknowledged", "anna"), ("worse", "anna")]
    assert found.status(1_003.0).acknowledged == ""


def test_nobody_is_told_while_it_is_shelved_and_then_they_are() -> None:
    found = case("anna")
    found.shelve(2_000.0, "Carl")
    assert told(found, ALARM, 1_000.0) == []
    assert found.status(1_001.0).shelved_by == "Carl"
    assert found.state is AlarmState.ALARM
    assert told(found, ALARM, 2_000.0) == [("raised", "anna")]


def test_an_instrument_that_was_stopped_on_purpose_ends_it() -> None:
    found = case("anna")
    told(found, ALARM, 1_000.0)
    assert [telling.why for telling in found.update(ALARM, 1_001.0, "cryo was stopped.")] == ["over"]
    assert found.status(1_002.0).state is AlarmState.OFF


def test_what_was_written_down_is_neither_forgotten_nor_told_again() -> None:
    found = case("anna")
    told(found, ALARM, 1_000.0)
    again = case("anna")
    again.recall(found.to_plain())
    assert told(again, Judgement("warm", judged=False), 1_010.0) == []
    assert told(again, ALARM, 1_011.0) == []
    assert again.stood == ("ok", "alarm")
    assert told(again, OK, 1_012.0) == [("over", "anna")]


def test_an_alarm_that_tells_nobody_says_so() -> None:
    found = case()
    told(found, ALARM, 1_000.0)
    status = found.status(1_001.0)
    assert (status.tells_nobody, status.knows) == (True, "tells nobody")
    assert status.sentence == "cryo.temperature is 9, alarm at or above 8."


def test_a_latched_alarm_says_that_the_reading_is_well_again() -> None:
    found = case("anna", latch=True)
    told(found, ALARM, 1_000.0)
    told(found, replace(ALARM, value=4.0, latched=True, worst=9.5), 1_002.0)
    assert found.state is AlarmState.LATCHED
    assert "it was 9.5" in found.status(1_003.0).sentence
