"""Whether the drivers of a lab can be imported: each in a process of its own, with its daemon's interpreter.

Limits: nothing is connected, and parameters are not tried; a search path counts only where the interpreter heeds
PYTHONPATH (the executable does not).
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.model.problems import Problem
from pyrolab_gui.supervision.exit_words import exit_words
from pyrolab_gui.supervision.launch import child_environment
from pyrolab_gui.wire.frozen import is_frozen
from pyrolab_gui.wire.link import LINK_FILE_VARIABLE, LOG_FILE_VARIABLE

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
    words = ["describe", f"{service.module}:{service.classname}"]
    program = daemon.python or sys.executable
    command = [program, *words] if is_frozen() and not daemon.python else [program, "-m", "pyrolab_gui", *words]
    environment = child_environment(daemon, Path(os.devnull), Path(os.devnull), os.environ)
    for name in (LINK_FILE_VARIABLE, LOG_FILE_VARIABLE):
        environment.pop(name, None)
    paths = [*daemon.search_paths, environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"The driver was not imported within {seconds:g} s."
    except OSError as error:
        return f"The interpreter {program} cannot be started: {(error.strerror or str(error)).lower()}."
    if done.returncode == 0:
        return ""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == 1 and said:
        return said[-1] if said[-1].endswith((".", "?")) else f"The driver cannot be imported: {said[-1]}."
    return f"The interpreter {exit_words(done.returncode)} while it imported the driver."
