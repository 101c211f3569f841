"""A window that only looks: acts are refused, questions go through."""

from __future__ import annotations

import pytest

from pyrolab_gui.viewmodels.looks_only import ACTS_OF_SUPERVISOR, looks_only
from pyrolab_gui.wire.errors import LabError


class Supervisor:
    def __init__(self) -> None:
        self.acted: list[str] = []

    def stop(self, keys: list[str]) -> None:
        self.acted.append("stop")

    def load(self, plan: str) -> None:
        self.acted.append("load")

    def statuses(self) -> tuple[str, ...]:
        return ("running",)


def test_acts_are_refused_in_a_sentence_and_questions_answered():
    supervisor = Supervisor()
    looked = looks_only(supervisor, ACTS_OF_SUPERVISOR)
    assert looked.statuses() == ("running",)
    with pytest.raises(LabError, match="only looks"):
        looked.stop(["daemon/optics"])
    looked.load("plan")
    assert supervisor.acted == []
    future = looks_only(supervisor, frozenset(["stop"]), futures=True).stop([])  # type: ignore[func-returns-value]
    assert isinstance(future.exception(), LabError)  # type: ignore[attr-defined]
