"""The main of a supervisor process: one per user and computer, until it is asked to end.

It takes up what a former supervisor left (the lab, the children that run, those that ended while nobody looked), serves
its interface and waits. The children that it starts with come first: only then it loads what it serves with. One that a
window started ends by itself when nothing runs and nobody is connected. Limits: its children go on when it ends, unless
whoever ends it says otherwise.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.network.trust import Trusts
from pyrolab_gui.supervision.first_lab import FirstLab
from pyrolab_gui.supervision.kept_plan import plan_of_file
from pyrolab_gui.supervision.lan import METRICS_PORT, LanSettings, place_of, read_settings
from pyrolab_gui.supervision.late_history import LateHistory
from pyrolab_gui.supervision.single import SingleSupervisor
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.supervision.version import version
from pyrolab_gui.wire.child import ChildKind, ChildState
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyrolab_gui.supervision.announce import Announcer
    from pyrolab_gui.supervision.history import History
    from pyrolab_gui.supervision.service import SupervisorService
    from pyrolab_gui.wire.child import ChildStatus

_LOOK = 2.0
"""Seconds between two looks at the address file and at whether anybody needs this process."""
_LONELY = 15
"""Looks at nothing that runs and nobody who is connected, after which a window's supervisor ends."""
_CHILDREN_FIRST = 1.0
"""Seconds for which those that are started have the processor for themselves; then whoever wants to look is let in."""
STOP_SECONDS = 30.0

logger = logging.getLogger(__name__)


def run(
    file: Path | None = None,
    *,
    detached: bool = False,
    takes_lab: bool = False,
    listen: str = "",
    metrics: str = "",
) -> int:
    """Supervise until a signal or a client ends it; return the exit status.

    Parameters
    ----------
    file
        A lab file to take over, and to start what it names under `autolaunch`; without one the lab of the last
        supervisor is taken up.
    detached
        Started by a window: nobody reads what it prints, and it ends when it is no longer needed.
    takes_lab
        Its lab comes from the command that started it: see `supervision.first_lab`.
    listen
        Where to listen for other PCs (``HOST[:PORT]``), whatever the settings say. What is asked for here and cannot
        be is an error; what only the settings ask for is said, and this computer is supervised all the same.
    metrics
        Where readings and health are served as OpenMetrics, whatever the settings say; an error where that cannot be.

    Raises
    ------
    LabError
        If another supervisor runs, or the lab file or a folder cannot be used.
    """
    first = FirstLab() if takes_lab else None
    state_dir, log_dir = paths.state_dir(), paths.log_dir()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    lan, problem = _lan_settings(listen)
    with SingleSupervisor(state_dir, version()) as single:
        plan = plan_of_file(file.absolute()) if file is not None else None
        trust = Trusts.here()
        history = LateHistory(lambda: _statistics(state_dir, trust))
        supervisor = Supervisor(state_dir, log_dir, history=history, keeps_plan=True, trust=trust)
        beside = contextlib.ExitStack()

        def watch_registry() -> None:
            from pyrolab_gui.supervision.registry_watch import SupervisedRegistry

            beside.callback(SupervisedRegistry(supervisor, state_dir, trust).close)
            from pyrolab_gui.supervision.alarm_keeper import AlarmKeeper

            beside.callback(AlarmKeeper(supervisor, state_dir).close)

        service: SupervisorService | None = None
        announcer: Announcer | None = None
        stop_children = False
        try:
            supervisor.recover(plan, str(file.absolute()) if file is not None else "", after_boot=not detached)
            if plan is not None and not single.follows_crash:  # else what somebody had stopped would start again
                supervisor.start(plan.autolaunch, who="the start of the supervisor")
            if not _children_first(supervisor, plan.autolaunch if plan is not None else (), first):
                return 0
            history.begin()
            from pyrolab_gui.supervision.service import SupervisorService
            from pyrolab_gui.wire import host, serializers

            host.configure()
            serializers.register()
            ends: queue.SimpleQueue[bool] = queue.SimpleQueue()
            service = SupervisorService(supervisor, state_dir, ends.put, ends_with_children=detached, lan=lan)
            if first is not None:
                first.let_go(partial(_end_unneeded, supervisor, service, ends))
            gc.enable()
            service.lan_problem = service.lan_problem or problem
            if service.lan_problem and listen:
                raise LabError(service.lan_problem)
            if service.lan is not None:
                announcer = _announcer(service.lan.address, lan, supervisor)
            _tell_lan(service)
            beside.callback(_metrics(supervisor, metrics, lan, trust))
            stop_children = _serve(supervisor, service, ends, watch_registry, detached=detached)
        finally:
            beside.close()
            if announcer is not None:
                announcer.close()
            supervisor.close(stop_children=stop_children, timeout=STOP_SECONDS)  # clients see how far it is
            if service is not None:
                service.withdraw()
    logger.info("ended; %s", "all children stopped" if stop_children else "children go on")
    return 0


def run_detached(*, takes_lab: bool) -> int:
    """Supervise for the window or command that started this process; what is wrong becomes the last line of its log."""
    gc.disable()  # nothing that is loaded now is garbage
    try:
        return run(detached=True, takes_lab=takes_lab)
    except LabError as error:
        logger.error("%s", error.detail)
        sys.stderr.write(f"{error.sentence}\n")
        return 1


def _statistics(state_dir: Path, trust: Trusts) -> History:
    from pyrolab_gui.supervision.statistics import DATABASE, Statistics  # slow to load, and of no use to a start

    return Statistics(state_dir / DATABASE, trust=trust)


def _children_first(supervisor: Supervisor, keys: Sequence[str], first: FirstLab | None) -> bool:
    """Wait a moment until what is started has settled; return False where this process was started for nothing."""
    deadline = time.monotonic() + _CHILDREN_FIRST
    if first is not None:
        first.bring_up(supervisor, _CHILDREN_FIRST)
        if first.was_withdrawn and not _is_needed(supervisor):
            return False
    changed = threading.Event()
    end = supervisor.subscribe(lambda status: changed.set())
    while any(
        status.state is ChildState.STARTING or (status.state is ChildState.STOPPED and status.key in keys)
        for status in supervisor.statuses()
    ) and changed.wait(max(0.0, deadline - time.monotonic())):
        changed.clear()
    end()
    return True


def _lan_settings(listen: str) -> tuple[LanSettings, str]:
    """Return whether and where to listen for other PCs, and what is wrong with the settings."""
    try:
        settings = read_settings(paths.config_dir())
    except LabError as error:
        if listen:
            raise
        return LanSettings(), error.sentence
    return (replace(settings, listen=place_of(listen)) if listen else settings), ""


def _announcer(address: str, lan: LanSettings, supervisor: Supervisor) -> Announcer:
    from pyrolab_gui.supervision.announce import Announcer, nameservers_of  # most supervisors need none

    announcer = Announcer(address, lambda: (*lan.nameservers, *nameservers_of(supervisor)))

    def on_status(status: ChildStatus) -> None:
        if status.kind is ChildKind.NAMESERVER and status.state is ChildState.RUNNING:
            announcer.look()

    supervisor.subscribe(on_status)
    return announcer


def _metrics(supervisor: Supervisor, asked: str, lan: LanSettings, trust: Trusts) -> Callable[[], object]:
    """Serve metrics where that is wanted; return what ends it."""
    place = place_of(asked, METRICS_PORT) if asked else lan.metrics
    if place is None:
        return lambda: None
    from pyrolab_gui.supervision.metrics import Metrics  # most supervisors serve none

    try:
        return Metrics(supervisor, *place, trust).close
    except LabError as error:
        if asked:
            raise
        logger.warning("%s This computer is supervised all the same.", error.sentence)
        return lambda: None


def _tell_lan(service: SupervisorService) -> None:
    if service.lan_problem:
        logger.warning("%s This computer is supervised all the same.", service.lan_problem)
    elif service.lan is not None:
        logger.info("listens for other PCs at %s", service.lan.address)


def _serve(
    supervisor: Supervisor,
    service: SupervisorService,
    ends: queue.SimpleQueue[bool],
    settled: Callable[[], object],
    *,
    detached: bool,
) -> bool:
    """Wait until somebody ends it; return whether the children end too.

    `settled` is called after a moment: what can wait for the first children to come up is loaded then.
    """
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
    lonely, waiting = 0, [settled]
    while lonely < _LONELY or not detached:
        with contextlib.suppress(queue.Empty):
            return ends.get(timeout=_LOOK)
        while waiting:
            waiting.pop()()
        service.keep_address()
        lonely = 0 if service.clients or _is_needed(supervisor) else lonely + 1
    return False


def _end_unneeded(supervisor: Supervisor, service: SupervisorService, ends: queue.SimpleQueue[bool]) -> bool:
    """End this process where nothing runs and nobody is connected; return whether it ends."""
    if service.clients or _is_needed(supervisor):
        return False
    ends.put(False)
    return True


def _is_needed(supervisor: Supervisor) -> bool:
    return any(status.state.alive or status.state is ChildState.BACKOFF for status in supervisor.statuses())
