"""The child that delivers alarms comes and goes with the lab; what it wrote down goes after it, not before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from pyrolab_gui.supervision.alarm_keeper import AlarmKeeper
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ALARMS = "version: '1.0'\nalarms:\n  warm: {instrument: cryo, member: temperature, high_alarm: 4.5}\n"


class Lab:
    """Stands for the supervisor: tells states, and notes what it is to keep and to drop."""

    def __init__(self, folder: Path) -> None:
        self.lab_path = str(folder / "lab.yaml")
        self.states = {ChildKind.DAEMON: ChildState.RUNNING}
        self.plan: Any = None
        self.happened = threading.Condition()
        self.dropped = 0
        self._wake: Callable[[Any], None] = print

    def plans(self) -> tuple[()]:
        return ()

    def statuses(self) -> tuple[ChildStatus, ...]:
        names = {ChildKind.DAEMON: "cold", ChildKind.ALARMS: "alarms"}
        return tuple(ChildStatus(kind, names[kind], state) for kind, state in self.states.items())

    def subscribe(self, callback: Callable[[Any], None]) -> Callable[[], None]:
        self._wake = callback
        return lambda: None

    def keep(self, plan: Any) -> None:
        with self.happened:
            self.plan = plan
            self.states.setdefault(ChildKind.ALARMS, ChildState.RUNNING)
            self.happened.notify_all()

    def drop(self, key: str) -> None:
        with self.happened:
            self.dropped += 1
            self.happened.notify_all()

    def tell(self, key: str, what: Any) -> None: ...

    def become(self, **states: ChildState) -> None:
        self.states |= {ChildKind(kind): state for kind, state in states.items()}
        self._wake(None)

    def until(self, reached: Callable[[], bool]) -> bool:
        with self.happened:
            return self.happened.wait_for(reached, 5)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    (tmp_path / "lab.alarms.yaml").write_text(ALARMS)
    lab = Lab(tmp_path)
    keeper = AlarmKeeper(lab, tmp_path, look=0.01)  # type: ignore[arg-type]
    yield lab
    keeper.close()


def test_what_the_child_wrote_down_goes_when_it_has_ended(lab: Lab, tmp_path: Path) -> None:
    assert lab.until(lambda: lab.plan is not None)
    written = tmp_path / lab.plan.state_file
    lab.become(daemon=ChildState.STOPPED)
    assert lab.until(lambda: lab.dropped > 0)
    written.write_text("{}")  # the child still stops, and writes
    lab.become(alarms=ChildState.STOPPING)
    looks = lab.dropped
    assert lab.until(lambda: lab.dropped > looks + 2)
    assert written.exists()
    lab.become(alarms=ChildState.STOPPED)
    looks = lab.dropped
    assert lab.until(lambda: lab.dropped > looks + 2)
    assert not written.exists()
