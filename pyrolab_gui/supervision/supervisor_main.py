"""The main of a supervisor process: one per user and computer, until it is asked to end.

It takes up what a former supervisor left (the lab, the children that run, those that ended while nobody looked), serves
its interface and waits. One that a window started ends by itself when nothing runs and nobody is connected. Limits: its
children go on when it ends, unless whoever ends it says otherwise.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import sys
import threading
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.supervision.lab_text import read_plan
from pyrolab_gui.supervision.registry_watch import SupervisedRegistry
from pyrolab_gui.supervision.service import SupervisorService
from pyrolab_gui.supervision.single import SingleSupervisor
from pyrolab_gui.supervision.statistics import DATABASE, Statistics
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.supervision.version import version
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.host import configure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyrolab_gui.supervision.history import History

_LOOK = 2.0
"""Seconds between two looks at the address file and at whether anybody needs this process."""
_LONELY = 15
"""Looks at nothing that runs and nobody who is connected, after which a window's supervisor ends."""
STOP_SECONDS = 30.0

logger = logging.getLogger(__name__)


def run(
    file: Path | None = None, *, detached: bool = False, make_history: Callable[[Path], History] | None = None
) -> int:
    """Supervise until a signal or a client ends it; return the exit status.

    Parameters
    ----------
    file
        A lab file to take over, and to start what it names under `autolaunch`; without one the lab of the last
        supervisor is taken up.
    detached
        Started by a window: nobody reads what it prints, and it ends when it is no longer needed.
    make_history
        Makes what remembers, given the state folder; None for statistics in a file.

    Raises
    ------
    LabError
        If another supervisor runs, or the lab file or a folder cannot be used.
    """
    state_dir, log_dir = paths.state_dir(), paths.log_dir()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with SingleSupervisor(state_dir, version()) as single:
        configure()
        serializers.register()
        plan = read_plan(str(file.absolute())) if file is not None else None
        history = make_history(state_dir) if make_history is not None else Statistics(state_dir / DATABASE)
        supervisor = Supervisor(state_dir, log_dir, history=history, keeps_plan=True)
        registry = SupervisedRegistry(supervisor, state_dir)
        service: SupervisorService | None = None
        stop_children = False
        try:
            supervisor.recover(plan, str(file.absolute()) if file is not None else "", after_boot=not detached)
            if plan is not None and not single.follows_crash:  # else what somebody had stopped would start again
                supervisor.start(plan.autolaunch, who="the start of the supervisor")
            ends: queue.SimpleQueue[bool] = queue.SimpleQueue()
            service = SupervisorService(supervisor, state_dir, ends.put, ends_with_children=detached)
            stop_children = _serve(supervisor, service, ends, detached=detached)
        finally:
            registry.close()
            supervisor.close(stop_children=stop_children, timeout=STOP_SECONDS)  # clients see how far it is
            if service is not None:
                service.withdraw()
    logger.info("ended; %s", "all children stopped" if stop_children else "children go on")
    return 0


def _serve(
    supervisor: Supervisor, service: SupervisorService, ends: queue.SimpleQueue[bool], *, detached: bool
) -> bool:
    """Wait until somebody ends it; return whether the children end too."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and threading.current_thread() is threading.main_thread():
            signal.signal(number, lambda *_: ends.put(False))
    logger.info("supervisor %s runs as process %d", version(), os.getpid())
    if not detached and sys.stdout is not None:
        with contextlib.suppress(OSError):
            sys.stdout.write(f"The supervisor runs (process {os.getpid()}, version {version()}). Ctrl+C ends it; ")
            sys.stdout.write("what it supervises goes on.\n")
            sys.stdout.flush()
    lonely = 0
    while lonely < _LONELY or not detached:
        with contextlib.suppress(queue.Empty):
            return ends.get(timeout=_LOOK)
        service.keep_address()
        lonely = 0 if service.clients or _is_needed(supervisor) else lonely + 1
    return False


def _is_needed(supervisor: Supervisor) -> bool:
    return any(status.state.alive or status.state is ChildState.BACKOFF for status in supervisor.statuses())
