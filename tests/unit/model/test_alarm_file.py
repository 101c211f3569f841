"""The alarm file: read with what is wrong at its line, written so that it says the same, never over somebody's edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyrolab_gui.model.alarms import Alarm, AlarmFile, Alarms, Recipient, problems_of
from pyrolab_gui.model.problems import LabFileError
from pyrolab_gui.model.side_file import beside, error_sentences

if TYPE_CHECKING:
    from pathlib import Path

WARM = Alarm(instrument="cryo", member="temperature", high_alarm=4.5, tell=("anna",))


def test_what_is_written_is_read_again_and_the_head_stays(tmp_path: Path) -> None:
    path = beside(tmp_path / "bench.yaml", "alarms")
    path.write_text("# whom to call: 4711\nalarms: {}\n")
    alarms = Alarms(recipients={"anna": Recipient(to=("anna@lab.example",))}, alarms={"warm": WARM})
    AlarmFile.open(path).save(alarms)
    assert path.name == "bench.alarms.yaml"
    assert path.read_text().startswith("# whom to call: 4711\nversion: '1.0'\n")
    found = AlarmFile.open(path)
    assert found.alarms == alarms
    assert "latch" not in found.text  # what is as it is by default is not written


def test_a_file_that_somebody_else_changed_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "bench.alarms.yaml"
    file = AlarmFile.open(path)
    path.write_text("alarms: {}\n")
    with pytest.raises(LabFileError, match="changed by somebody else"):
        file.save(Alarms(alarms={"warm": WARM}))
    assert path.read_text() == "alarms: {}\n"


def test_what_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bench.alarms.yaml"
    path.write_text("alarms:\n  warm:\n    instrument: cryo\n    member: t\n    high_alarm: hot\n")
    found = AlarmFile.open(path)
    assert found.alarms is None
    assert [(problem.line, problem.key_path) for problem in found.problems] == [(5, "alarms.warm.high_alarm")]


@pytest.mark.parametrize(
    "bounds",
    [{"low_alarm": 5.0, "high_alarm": 4.0}, {"high_warn": 5.0, "high_alarm": 4.0}, {"low_warn": 4.0, "high_warn": 4.0}],
)
def test_bounds_must_stand_in_their_order(bounds: dict[str, float]) -> None:
    said = error_sentences(Alarm, {"instrument": "cryo", "member": "t", **bounds})
    assert "must be below" in said[""]


def test_an_alarm_that_tells_nobody_says_so() -> None:
    alarms = Alarms(alarms={"warm": WARM.model_copy(update={"tell": ()})})
    assert [problem.sentence for problem in problems_of(alarms)] == ["It tells nobody: it shows in the window only."]
    wrong = Alarms(alarms={"warm": WARM}, recipients={"ana": Recipient(kind="webhook", url="https://x/y")})
    assert problems_of(wrong)[0].sentence == "There is no recipient 'anna'. Did you mean 'ana'?"
