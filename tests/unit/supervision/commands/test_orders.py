"""Orders ask first, by name, about what they cut off; and leave alone what does not run."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pyrolab_gui.supervision.commands import orders
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.supervision import Hit, HitOutput, PlanChange

OPTICS = ChildStatus(ChildKind.DAEMON, "optics", ChildState.RUNNING, pid=5)
MOTION = ChildStatus(ChildKind.DAEMON, "motion", ChildState.FAILED, error="motion crashed.")
ON = Hit(OPTICS.key, outputs=(HitOutput("laser", "output"),))


class Api:
    """A supervisor with two daemons, of which one runs; notes what it is told to do."""

    def __init__(self, *changes: PlanChange) -> None:
        self.changes = changes
        self.done: list[Any] = []
        self.states = {status.key: status for status in (OPTICS, MOTION)}

    def statuses(self) -> tuple[ChildStatus, ...]:
        return tuple(self.states.values())

    def planned(self) -> tuple[PlanChange, ...]:
        return self.changes

    def reload(self) -> tuple[PlanChange, ...]:
        self.done.append("reload")
        return ()

    def hits(self, keys: list[str]) -> tuple[Hit, ...]:
        return (ON,) if OPTICS.key in keys else ()

    def stop(self, keys: list[str]) -> None:
        self.done.append(("stop", list(keys)))
        for key in keys:
            self.states[key] = ChildStatus(ChildKind.DAEMON, key.partition("/")[2])

    start = restart = stop

    def subscribe(self, callback: object) -> Any:
        return lambda: None

    def close(self, *, stop_children: bool) -> None:
        self.done.append("close")

    def events(self, after: float) -> tuple[()]:
        return ()


def run(api: Api, command: Any, answer: bool = True, **more: Any) -> tuple[int, str]:
    said: list[str] = []

    def agreed(question: str) -> bool:
        said.append(question)
        return answer

    return command(cast("Any", api), said.append, agreed, **more), "\n".join(said)


@pytest.mark.parametrize("answer", [True, False])
def test_a_reload_says_by_name_what_it_cuts_off_and_asks(answer: bool):
    api = Api(PlanChange(OPTICS.key, "restart", "Changed: port 0 → 9000."))
    status, said = run(api, orders.reload, answer)
    assert "daemon/optics would restart. Changed: port 0 → 9000.\nThis reload hits:\n  laser.output is on." in said
    assert "Reload all the same?" in said
    assert (status, api.done) == ((0, ["reload"]) if answer else (1, []))


def test_a_reload_that_cuts_nobody_off_does_not_ask():
    api = Api(PlanChange(OPTICS.key, "none", "Not changed."), PlanChange("daemon/cryo", "start", "New."))
    assert run(api, orders.reload, answer=False) == (0, "Nothing in the lab file has changed.")


def test_down_stops_what_runs_and_does_not_speak_of_what_had_failed_before():
    api = Api()
    status, said = run(api, orders.down)
    assert status == 0
    assert api.done == [("stop", [OPTICS.key]), "close"]
    assert "motion" not in said
    assert run(Api(), orders.down, ends_supervisor=False)[0] == 0
