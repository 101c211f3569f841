"""``python -m tests.benchmarks.recorder_kills [TIMES]``: the recorder child is killed (-9) at random moments.

A real daemon counts its readings, a real recorder child writes them and is killed again and again: while it starts,
while it fetches what it missed, while it writes. After each kill the file must open, hold every sample once and, of a
child that was at work, nothing older than one second may be missing; what a kill cost must be there after the next
start. Limits: POSIX signals; the children are started here, because a supervisor would wait longer after each crash.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from pyrolab_gui import recording
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import RecordedMember, RecorderPlan, to_json
from tests.integration.child_process import cli
from tests.integration.network_helpers import laser_plan, our_daemon

LASERS = ("laser-1", "laser-2", "laser-3")
PERIOD = 0.01
LONGEST_LIFE = 3.0
NEWEST = 1.0


def main(times: int = 100, seed: int = 5) -> None:
    """Kill, look, and say how it went."""
    dice = random.Random(seed)
    behind: list[float] = []
    before_file = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "night.rec"
        with our_daemon(folder, *(laser_plan(laser) for laser in LASERS)) as daemon:
            members = tuple(RecordedMember(laser, "reading", daemon.uri(laser)) for laser in LASERS)
            plan = RecorderPlan("night", str(file), members, PERIOD, who="bench@here", client="kills")
            plan_file = folder / "plan.json"
            plan_file.write_text(to_json(plan), encoding="utf-8")
            command, home = ("recorder", plan.name, "--plan", str(plan_file)), str(folder)
            known = 0.0
            for turn in range(times):
                life = dice.uniform(0.0, LONGEST_LIFE)
                with cli(*command, PYROLAB_GUI_HOME=home) as process:
                    time.sleep(life)
                    assert process.poll() is None, process.stdout and process.stdout.read()
                    process.kill()
                    killed = time.time()
                    process.wait(10)
                if not file.exists():
                    before_file += 1
                    continue
                last = _look(file, turn)
                if last is None:
                    before_file += 1
                    continue
                assert last >= known, f"kill {turn}: samples are gone again"
                if last > known + NEWEST:  # it was at work: how far behind was it?
                    behind.append(killed - last)
                    assert killed - last <= NEWEST, f"kill {turn}: {killed - last:.2f} s are missing"
                known = last
            with cli(*command, PYROLAB_GUI_HOME=home) as process:
                time.sleep(LONGEST_LIFE)
                process.terminate()
                process.wait(20)
            _look(file, times)
            with recording.open(file) as found:
                samples = [len(channel) for channel in found.channels]
                gaps = len(found.gaps)
                segments = len(found.metadata.segments)
    print(
        f"{times} kills, {before_file} of them before the file was begun: it opened each time; {samples} samples in "
        f"{segments} segments, each once and none missing; {gaps} gaps; {len(behind)} kills hit a recorder at work, "
        f"its last sample was {np.median(behind):.2f} s old, {max(behind):.2f} s at most"
    )


def _look(file: Path, turn: int) -> float | None:
    """Return the time of the newest sample; every number that was read is there once."""
    try:
        with recording.open(file) as found:
            newest = None
            for channel in found.channels:
                times, values = channel.read()
                if not len(times):
                    continue
                assert (np.diff(times) > 0).all(), f"kill {turn}: times do not rise"
                steps = np.diff(values)
                assert (steps == 1.0).all(), f"kill {turn}: {channel.name} {np.flatnonzero(steps != 1.0)[:5]}"
                newest = max(newest or 0.0, float(times[-1]))
            return newest
    except LabError as error:
        if "empty" in error.sentence:
            return None
        raise


if __name__ == "__main__":
    try:
        main(*(int(word) for word in sys.argv[1:]))
    except subprocess.TimeoutExpired as error:
        sys.exit(f"a child did not end: {error}")
