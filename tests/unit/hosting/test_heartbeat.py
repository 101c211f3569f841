"""The daemon asks an instrument whether it is there: at once, rarely, and never over what others do with it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from pyrolab_gui.hosting.heartbeat import Heartbeat
from pyrolab_gui.hosting.service import HostedService
from pyrolab_gui.hosting.vitals import vitals
from pyrolab_gui.wire.plans import ServicePlan
from tests.integration.child_process import eventually


class Gauge:
    """An instrument that can be unplugged, and that counts how often it is asked."""

    def __init__(self) -> None:
        self._asked = 0
        self._plugged = True

    @property
    def pressure(self) -> float:
        self._asked += 1
        if not self._plugged:
            raise OSError("no answer from the gauge")
        return 1e-6


@pytest.fixture
def service():
    made = HostedService(ServicePlan("gauge", "gauge", "", "Gauge", instancemode="single", alive="pressure"), Gauge)
    made.start()
    yield made
    made.close()


def driver_of(service: HostedService) -> Gauge:
    eventually(lambda: service._connector.driver is not None)
    driver = service._connector.driver
    assert isinstance(driver, Gauge)
    return driver


def beating(service: HostedService, is_free: Callable[[], bool] | None = None) -> Heartbeat:
    """Return a second heartbeat, which beats fast."""
    assert service._one is not None
    operation = service._operations.run["pressure"]
    made = Heartbeat("gauge", service._one, operation, service.pulse, is_free or service._is_free, 0.01, 0.01)
    made.start()
    return made


def test_it_is_asked_as_soon_as_it_is_connected_and_then_left_alone(service: HostedService):
    eventually(lambda: vitals(service)["fresh"])
    assert driver_of(service)._asked == 1
    assert service.calls.after(0) == [], "nobody called"


def test_an_unplugged_instrument_is_found_without_anybody_asking(service: HostedService):
    eventually(lambda: vitals(service)["fresh"])
    driver_of(service)._plugged = False
    heart = beating(service)
    eventually(lambda: vitals(service)["failing"] == "no answer from the gauge")
    driver_of(service)._plugged = True
    eventually(lambda: not vitals(service)["failing"])
    heart.close()


def test_nothing_is_asked_while_somebody_uses_it(service: HostedService):
    eventually(lambda: vitals(service)["fresh"])
    instance = service._one
    assert instance is not None
    looked = threading.Event()

    def is_free() -> bool:
        looked.set()
        return service._is_free()

    held = threading.Event()
    release = threading.Event()

    def use() -> None:
        with instance.mutex:
            held.set()
            release.wait(10)

    user = threading.Thread(target=use)
    user.start()
    assert held.wait(5)
    asked = driver_of(service)._asked
    heart = beating(service, is_free)
    for _ in range(3):
        looked.clear()
        assert looked.wait(5)
    assert driver_of(service)._asked == asked, "neither beside a call nor queued behind it"
    release.set()
    user.join()
    eventually(lambda: driver_of(service)._asked > asked)
    heart.close()
