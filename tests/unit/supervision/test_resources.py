"""Processor and memory of real processes, their children included."""

from __future__ import annotations

import os
import subprocess
import sys

from pyrolab_gui.supervision.resources import ResourceMeter

FAMILY = """
import subprocess, sys
hog = bytearray(b"x" * 30_000_000) if len(sys.argv) > 1 else None
child = None if hog else subprocess.Popen([sys.executable, "-c", {source!r}, "hog"], stdin=sys.stdin)
print("ready", flush=True) if hog else None
sys.stdin.read()
if child: child.wait()
"""


def test_a_busy_process_uses_the_processor_between_two_looks():
    now = [100.0]
    meter = ResourceMeter(clock=lambda: now[0])
    assert meter.look({"me": os.getpid()})["me"].cpu == 0.0
    before = os.times()
    while sum(os.times()[:2]) - sum(before[:2]) < 0.05:
        pass
    now[0] += 0.1
    busy = meter.look({"me": os.getpid()})["me"]
    assert 40 <= busy.cpu < 1000
    now[0] += 1000.0
    assert meter.look({"me": os.getpid()})["me"].cpu < 1.0


def test_what_a_process_starts_counts_with_it():
    source = FAMILY.format(source="")
    source = FAMILY.format(source=source)
    parent = subprocess.Popen([sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        with_child = ResourceMeter().look({"parent": parent.pid})["parent"].memory
        assert with_child > 35_000_000
    finally:
        parent.communicate(timeout=10)


def test_one_that_has_ended_is_left_out():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(10)
    assert ResourceMeter().look({"gone": process.pid, "me": os.getpid()}).keys() == {"me"}
    assert ResourceMeter().look({}) == {}
