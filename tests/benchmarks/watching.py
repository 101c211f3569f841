"""P19: the loop of a script that drives an instrument, with ten windows open on it and with none.

The windows are what a window does to a daemon: its control link, its feed of two readings and of what passes. They run
in one process beside the script's, which on a machine with two cores is the hard case: in a lab they are other PCs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.row import Row, ratio

LOOPS = 100
ROUNDS = 5

WINDOWS = """
import sys, threading
from pyrolab_gui.network.control import ControlLink
from pyrolab_gui.network.feed import Feed
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.names import PASSING

serializers.register()
uri, count, kept = sys.argv[1], int(sys.argv[2]), []
host, port = uri.partition("@")[2].rsplit(":", 1)
for number in range(count):
    identity = Identity(f"window {number}", f"window {number}")
    came = threading.Event()
    feed = Feed(identity, lambda columns, came=came: came.set())
    instrument = Instrument(uri, "meter", identity)
    for member in ("power", "level", PASSING):
        feed.subscribe(instrument, member, 1.0)
    kept += [feed, instrument, ControlLink(host, int(port), lambda state, reason: None, identity=identity)]
    assert came.wait(20)
print("open", flush=True)
sys.stdin.read()
"""


def rows() -> list[Row]:
    """Measure."""
    times: dict[str, list[float]] = {"none": [], "ten": []}
    extra = 0
    with tempfile.TemporaryDirectory() as folder, servers.echo_service(Path(folder), "Meter") as (meter, uri):

        def loop() -> float:
            began = time.perf_counter()
            for number in range(LOOPS):
                meter.level = float(number)
                _ = meter.power
            return time.perf_counter() - began

        for _ in range(ROUNDS):
            loop()
            times["none"].append(loop())
            windows = subprocess.Popen(
                [sys.executable, "-c", WINDOWS, uri, "10"],
                cwd=servers.ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert windows.stdout is not None
            assert windows.stdout.readline().strip() == "open"
            loop()  # the windows learn that a script is at work
            before = meter.asked()
            times["ten"].append(loop())
            extra += meter.asked() - before - 2 * LOOPS
            windows.communicate("", timeout=20)
    return [
        ratio("P19", f"script's loop with ten windows open, {extra} calls more", 1.02, times, "ten", "none"),
    ]
