"""P11: how long a loop like the window's is held up while a foreign service returns a list of a million floats.

The server is plain Pyro5 without msgpack, as PyroLab is installed; the relay is the supervisor's child.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.network.relays import Relays
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire import serializers
from tests.benchmarks.row import Row
from tests.integration.foreign_servers import script

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 1_000_000
ROUNDS = 3
STEP = 0.002
LIMIT = 0.030
SERVER = """
import random, Pyro5.api
from Pyro5 import serializers
serializers.serializers.pop("msgpack"); serializers.serializers_by_id.pop(4)

@Pyro5.api.expose
@Pyro5.api.behavior(instance_mode="single")
class Scope:
    def __init__(self):
        self.values = [random.random() for _ in range(%d)]
    def trace(self):
        return self.values

d = Pyro5.api.Daemon(host="127.0.0.1")
print(d.register(Scope, "scope"), flush=True)
d.requestLoop()
"""


def rows() -> list[Row]:
    """Measure."""
    serializers.register()
    with tempfile.TemporaryDirectory() as folder, script(SERVER % COUNT) as server:
        supervisor = Supervisor(Path(folder) / "state", Path(folder) / "logs")
        try:
            me = Identity.here()
            scope = Instrument(server.uri, "scope", me, relays=Relays(supervisor.relay, me))
            scope.describe().result(20)
            lates = [
                asyncio.run(_lateness(lambda: len(scope.call("trace", timeout=120).result()))) for _ in range(ROUNDS)
            ]
            scope.close()
            worst, took = max(late for late, _ in lates), min(seconds for _, seconds in lates)
            work = f"loop's worst delay: 1e6 floats as a list, by the relay in {took:.1f} s"
            return [Row("P11", work, worst / LIMIT, 1.0, LIMIT, worst)]
        finally:
            supervisor.close(stop_children=True)


async def _lateness(work: Callable[[], int]) -> tuple[float, float]:
    """Return the worst delay of a loop, and the time of the work, which runs in a thread beside it."""
    done = threading.Event()

    def run() -> None:
        try:
            assert work() == COUNT
        finally:
            done.set()

    worst, began = 0.0, time.perf_counter()
    threading.Thread(target=run).start()
    while not done.is_set():
        asked = time.perf_counter()
        await asyncio.sleep(STEP)
        worst = max(worst, time.perf_counter() - asked - STEP)
    return worst, time.perf_counter() - began
