"""Whether the drivers of a lab can be imported: each in a process of its own, with its daemon's interpreter.

Limits: nothing is connected, and parameters are not tried.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pyrolab_gui.model.problems import Problem
from pyrolab_gui.supervision.driver_children import DriverChild
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, ServicePlan

SECONDS = 60.0
_AT_ONCE = 4


def import_problems(plan: LabPlan, seconds: float = SECONDS) -> list[Problem]:
    """Return what keeps drivers from being imported, in the order of the lab; takes a while.

    Parameters
    ----------
    plan
        The lab, resolved; what is out of service is not in it.
    seconds
        How long one import may take.
    """
    asked = [(daemon, service) for daemon in plan.daemons for service in daemon.services]
    with ThreadPoolExecutor(_AT_ONCE, "driver") as pool:
        found = list(pool.map(lambda pair: _fault(pair[0], pair[1], seconds), asked))
    return [
        Problem(("services", service.name, "module"), None, sentence)
        for (_, service), sentence in zip(asked, found, strict=True)
        if sentence
    ]


def _fault(daemon: DaemonPlan, service: ServicePlan, seconds: float) -> str:
    child = DriverChild(daemon, "import", {"module": service.module, "classname": service.classname})
    try:
        child.ask(seconds)
    except LabError as error:
        return error.sentence
    return ""
