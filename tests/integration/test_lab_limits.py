"""Limits of the lab file hold for every client: bounds, steps, rates; what is too far is refused or ramped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any

import annotated_types as at
import pytest

from pyrolab_gui.model.lab import Service
from pyrolab_gui.wire.description import service_from_plain
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually

Tesla = Annotated[float, at.Interval(ge=-5, le=5), at.Unit("T")]


class Magnet:
    """A magnet that notes each field it is set to."""

    def __init__(self) -> None:
        self.fields: list[float] = [0.0]
        self.stopped = threading.Event()

    @property
    def field(self) -> Tesla:
        return self.fields[-1]

    @field.setter
    def field(self, value: Tesla) -> None:
        self.fields.append(value)

    def set_current(self, current: Annotated[float, at.Unit("A")], comment: str = "") -> str:
        self._current = current
        return comment

    def get_current(self) -> float:
        return getattr(self, "_current", 0.0)

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def bench() -> Iterator[Bench]:
    with bench_in_thread() as bench:
        yield bench


def _magnet(bench: Bench, **limits: dict[str, Any]) -> tuple[Any, Magnet]:
    service = bench.add(Magnet, "magnet", limits={name.replace("__", "."): value for name, value in limits.items()})
    driver = eventually(lambda: service._connector.driver)
    return bench.proxy("magnet"), driver


def test_a_step_that_is_too_large_is_refused(bench: Bench) -> None:
    magnet, driver = _magnet(bench, field={"step": 0.5, "le": 2.0})
    magnet.field = 0.5
    with pytest.raises(ValueError, match=r"^field must not change by more than 0.5 T at once; it is 0.5 T, got 1.5\.$"):
        magnet.field = 1.5
    magnet.field = 1.0
    driver.fields.append(1.9)  # somebody turned the knob: where it stands is asked, not remembered
    magnet.field = 1.6
    with pytest.raises(ValueError, match="at most 2 T"):
        magnet.field = 2.05


def test_a_rate_allows_what_the_time_since_the_last_change_gives(bench: Bench) -> None:
    magnet, _ = _magnet(bench, field={"rate": 1.0})
    magnet.field = 0.9  # the first within what one second gives
    with pytest.raises(ValueError, match=r"^field must not change faster than 1 T/s; it is 0.9 T, got 1.8\.$"):
        magnet.field = 1.8


def test_the_parameter_of_a_method_has_a_step_too(bench: Bench) -> None:
    magnet, _ = _magnet(bench, set_current__current={"step": 1.0})
    assert magnet.set_current(1.0, comment="up") == "up"
    with pytest.raises(ValueError, match="current must not change by more than 1 A at once; it is 1 A, got 3"):
        magnet.set_current(current=3.0)


def _ramp(bench: Bench, target: float) -> tuple[threading.Thread, list[BaseException]]:
    failed: list[BaseException] = []
    proxy = bench.proxy("magnet", who="bob")

    def run() -> None:
        proxy._pyroClaimOwnership()
        try:
            proxy.field = target
        except Exception as error:  # noqa: BLE001 - looked at by the test
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, failed


def test_a_ramp_goes_in_steps_with_the_instrument_free_between_them(bench: Bench) -> None:
    magnet, driver = _magnet(bench, field={"step": 0.25, "rate": 5.0, "ramp": True})
    began = time.monotonic()
    thread, failed = _ramp(bench, 1.0)
    eventually(lambda: len(driver.fields) > 2)
    assert 0.0 < magnet.field < 1.0  # another client looks on
    with pytest.raises(ValueError, match="field is being ramped by bob: stop that first"):
        magnet.field = 0.0
    busy = bench.services["magnet"].status()["busy"]
    assert (busy["member"], busy["who"]) == ("field", "bob")
    assert 0.0 < busy["progress"] < 1.0
    thread.join(5)
    assert failed == []
    assert driver.fields == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert time.monotonic() - began >= 0.15  # three pauses of 0.05 s


def test_a_stop_ends_a_ramp_where_it_is(bench: Bench) -> None:
    magnet, driver = _magnet(bench, field={"step": 0.01, "rate": 0.5, "ramp": True})
    thread, failed = _ramp(bench, 5.0)
    eventually(lambda: len(driver.fields) > 2)
    magnet.stop()
    thread.join(5)
    assert str(failed[0]).startswith("magnet.field was cancelled at ")
    assert str(failed[0]).endswith(": stop.")
    assert driver.fields[-1] < 1.0
    thread, failed = _ramp(bench, 0.0)
    eventually(lambda: bench.services["magnet"].status()["busy"])
    bench.daemon().cancel("magnet")  # the host's own, where a driver has no stop
    thread.join(5)
    assert "was cancelled" in str(failed[0])


def test_limits_are_described(bench: Bench) -> None:
    _magnet(bench, field={"le": 2.0, "step": 0.5, "ramp": True})
    field = service_from_plain(bench.daemon().describe("magnet")).member("field").setting
    assert (field.ge, field.le, field.step, field.rate, field.ramp, field.unit) == (-5, 2.0, 0.5, None, True, "T")


def test_what_the_lab_file_says_wrongly_is_told_at_the_start(bench: Bench) -> None:
    _magnet(bench, field={"le": 20.0}, feild={"le": 1}, stop={"le": 1})
    service = bench.services["magnet"]
    assert service.problems() == [
        "limits of field: at most 20 T is wider than the driver's at most 5 T, which holds.",
        "limits name 'feild', which magnet does not have (did you mean 'field'?).",
        "limits name 'stop', which takes no number.",
    ]
    assert service.status()["problems"] == service.problems()


def test_a_ramp_in_the_lab_file_needs_a_step_or_a_rate() -> None:
    given = {"module": "m", "classname": "C", "limits": {"field": {"le": 2, "step": 0.01, "rate": 0.1, "ramp": True}}}
    assert Service.model_validate(given).limits["field"].model_dump() == {
        "le": 2.0, "step": 0.01, "rate": 0.1, "ramp": True
    }  # fmt: skip
    with pytest.raises(ValueError, match="ramp needs a step or a rate"):
        Service.model_validate({**given, "limits": {"field": {"ramp": True}}})
