"""Descriptions of the lab's classes are made once each, and nobody waits for that of another class."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pyrolab_gui.supervision import driver_children
from pyrolab_gui.supervision.known_classes import KnownClasses
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, ServicePlan

LAB = LabPlan(
    daemons=(DaemonPlan("d", services=tuple(ServicePlan(name, name, "m", name) for name in ("slow", "quick", "bad"))),)
)


def test_one_that_takes_long_holds_up_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go, asked = threading.Event(), threading.Event(), []

    class Child:
        def __init__(self, daemon: DaemonPlan, question: str, values: Any) -> None:
            self.name = daemon.services[0].name

        def ask(self, seconds: float) -> dict[str, Any]:
            asked.append(self.name)
            if self.name == "slow":
                begun.set()
                assert go.wait(5)
            if self.name == "bad":
                raise LabError("It cannot be imported.")
            return {"service": {"name": self.name}}

    monkeypatch.setattr(driver_children, "DriverChild", Child)
    known, found = KnownClasses(), []
    known.learn(LAB)
    threads = [threading.Thread(target=lambda: found.append(known.description("slow"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(5)
    assert known.description("quick") == {"name": "quick"}
    for _ in range(2):
        with pytest.raises(LabError, match="cannot be imported"):
            known.description("bad")
    assert not found
    go.set()
    for thread in threads:
        thread.join(5)
    assert found == [{"name": "slow"}] * 2
    assert asked == ["slow", "quick", "bad"]
    assert known.description("nobody") is None
