"""An alarm judged reading by reading: thresholds, hysteresis, delay, latch, and the want of readings."""

from __future__ import annotations

import pytest

from pyrolab_gui.hosting.alarm_watcher import Watcher
from pyrolab_gui.hosting.alarms import AlarmWatch, Judge
from pyrolab_gui.hosting.failed_service import FailedService
from pyrolab_gui.wire.alarms import AlarmPlan
from pyrolab_gui.wire.errors import LabError, NoReply
from pyrolab_gui.wire.plans import ServicePlan


def judge(**given: object) -> Judge:
    plan = AlarmPlan("warm", "cryo", "temperature", **given)  # type: ignore[arg-type]
    return Judge(plan, now=0.0)


def test_a_reading_beyond_its_bounds_raises_a_warning_then_an_alarm() -> None:
    found = judge(high_warn=5.0, high_alarm=10.0, low_alarm=1.0)
    levels = []
    for second, value in enumerate((4.9, 5.0, 10.0, 7.0, 4.0, 1.0)):
        found.take(1_000.0 + second, value, float(second))
        levels.append(found.judgement(now=float(second)).level)
    assert levels == ["ok", "warn", "alarm", "warn", "ok", "alarm"]


def test_hysteresis_keeps_what_was_raised_until_the_reading_is_well_back() -> None:
    found = judge(high_alarm=10.0, hysteresis=1.0)
    levels = []
    for second, value in enumerate((10.0, 9.5, 9.01, 9.0, 9.5)):
        found.take(1_000.0 + second, value, float(second))
        levels.append(found.judgement(now=float(second)).level)
    assert levels == ["alarm", "alarm", "alarm", "ok", "ok"]


def test_what_is_over_within_the_delay_is_never_raised() -> None:
    found = judge(high_alarm=10.0, delay=5.0)
    found.take(1_000.0, 11.0, 0.0)
    assert found.judgement(now=4.9).level == "ok"
    found.take(1_005.0, 9.0, 4.95)
    assert found.judgement(now=20.0).raised == 0
    found.take(1_020.0, 11.0, 20.0)
    assert found.judgement(now=25.0).level == "alarm"


def test_a_short_excursion_between_two_questions_is_told_once_with_its_worst_value() -> None:
    found = judge(high_alarm=10.0)
    for second, value in enumerate((9.0, 11.0, 14.0, 12.0, 9.0)):
        found.take(1_000.0 + second, value, float(second))
    told = found.judgement(now=5.0)
    assert (told.level, told.raised, told.worst) == ("alarm", 1, 14.0)
    assert found.judgement(now=5.0).level == "ok"


def test_a_latched_alarm_stays_until_it_is_released() -> None:
    found = judge(high_alarm=10.0, latch=True)
    found.take(1_000.0, 11.0, 0.0)
    found.take(1_001.0, 5.0, 1.0)
    told = found.judgement(now=1.0)
    assert (told.level, told.latched) == ("alarm", True)
    found.release()
    assert found.judgement(now=1.0).level == "ok"


def test_no_data_for_some_periods_is_an_alarm_of_its_own_and_a_restart_within_the_delay_is_none() -> None:
    found = judge(high_alarm=10.0, no_data=5, period=2.0, delay=3.0)
    found.take(1_000.0, 5.0, 0.0)
    assert found.judgement(now=13.0).level == "ok"
    told = found.judgement("the meter does not answer", now=13.1)
    assert (told.level, told.no_data, told.reason, told.raised) == ("alarm", True, "the meter does not answer", 1)
    found.take(1_020.0, 5.0, 20.0)
    assert found.judgement(now=20.0).level == "ok"


@pytest.mark.parametrize("value", [float("nan"), "warm", None])
def test_what_is_no_number_is_no_reading(value: object) -> None:
    found = judge(high_alarm=10.0, no_data=1)
    found.take(1_000.0, value, 0.5)
    assert found.judgement(now=0.9).judged is False
    assert found.judgement(now=1.1).no_data


def test_alarms_on_a_driver_that_could_not_be_loaded_say_so_and_can_be_changed() -> None:
    service = FailedService(ServicePlan("cryo", "cryo", "m", "C"), LabError("No module named m."))
    watch = AlarmWatch({"cryo": service})
    for version, name in (("1", "warm"), ("2", "cold")):
        alarm = {"name": name, "instrument": "cryo", "member": "temperature", "no_data": 1, "period": 0.0}
        (problem,) = watch.watch("lab", "cryo", [alarm], version)
        assert "not loaded" in problem
    (told,) = watch.judged("lab", "cryo", "2") or [{}]
    assert (told["name"], told["no_data"], told["reason"]) == ("cold", True, "No module named m")


def test_a_release_that_the_daemon_did_not_hear_is_said_again() -> None:
    heard: list[tuple[object, ...]] = []

    class Line:
        uri = "PYRO:Pyro.Daemon@127.0.0.1:4000"

        def daemon(self, *question: object) -> list[dict[str, object]]:
            heard.append(question)
            if len(heard) == 1:
                raise NoReply("It does not answer.")
            return []

    watcher = Watcher("cryo", [], lambda: "PYRO:cryo@127.0.0.1:4000", None, "lab", "1")  # type: ignore[arg-type]
    watcher._connection = Line()  # type: ignore[assignment]
    watcher.release("warm")
    with pytest.raises(NoReply):
        watcher._ask()
    watcher._ask()
    watcher._ask()
    assert [question[0] for question in heard] == ["release", "release", "judged", "judged"]
