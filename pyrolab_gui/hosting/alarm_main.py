"""The main of the child that delivers alarms: one for each lab, window open or not.

It gives the alarms to the daemons that judge them, tells people, and reports how each alarm stands to its supervisor,
as the state of a service. Limits: another alarm file means another process, which takes up what this one wrote down.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.runtime import Child, print_failure
from pyrolab_gui.wire.child import ServiceStatus

if TYPE_CHECKING:
    from pyrolab_gui.hosting.alarm_desk import Desk
    from pyrolab_gui.wire.alarms import AlarmsPlan, AlarmStatus

PURPOSE = "alarms"
_ITSELF = "itself"

log = logging.getLogger(__name__)


def run(plan: AlarmsPlan) -> int:
    """Watch and tell until somebody asks this process to stop; return the exit status."""
    desks: list[Desk] = []
    early: list[dict[str, Any]] = []
    lock = threading.Lock()
    failed: list[str] = []

    def told(message: dict[str, Any]) -> None:
        what = message.get("what")
        if isinstance(what, dict):
            with lock:
                (desks[0].told if desks else early.append)(what)

    child = Child("alarms", plan.name, on_tell=told)
    from pyrolab_gui.hosting.alarm_desk import Desk
    from pyrolab_gui.network.identity import Identity

    def report(statuses: list[AlarmStatus]) -> None:
        services = tuple(ServiceStatus(one.name, str(one.state), one.sentence, one.to_text()) for one in statuses)
        child.report("running", uri=plan.file, error=plan.problem, services=services)

    desk = Desk(plan, Identity.here(PURPOSE), report)
    with lock:
        for what in early:
            desk.told(what)
        desks.append(desk)

    def work() -> None:
        try:
            desk.run()
        except Exception as error:
            log.exception("the alarms failed")
            failed.append(f"The alarms failed: {type(error).__name__}: {error}.")
            child.ask_to_stop(_ITSELF)  # the next process takes up what this one wrote down

    report([case.status(0.0) for case in desk.cases.values()])
    worker = threading.Thread(target=work, name="alarms", daemon=True)
    worker.start()
    log.info("Alarms of %s: %d, told to %d recipients", plan.file, len(plan.alarms), len(plan.recipients))
    who = child.wait_for_stop()
    log.info("Alarms stop: asked by %s", who)
    desk.stop()
    worker.join(2.0)
    child.close()
    if failed:
        print_failure(failed[0])
    return 1 if failed else 0
