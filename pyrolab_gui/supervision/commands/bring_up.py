"""The command `up` on this computer: the lab of a file comes up, with a supervisor of its own where none runs.

Where there is none its process starts before anything else is done, even imported, and the lab is handed to it while it
still loads itself (`supervision.first_lab`). Limits: `up` of another PC is `commands.orders.up_again`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.supervision.commands.last_lab import last_lab
from pyrolab_gui.supervision.detached import DetachedStarter
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from pyrolab_gui.wire.names import SERVICE_FILE, TAKES_LAB

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.wire.plans import LabPlan


def up(file: Path | None, write: Callable[[str], None], connect: Callable[[DetachedStarter], RemoteSupervisor]) -> int:
    """Bring a lab up and return the exit status.

    Parameters
    ----------
    file
        The lab file; None for the last one.
    write
        Takes the lines that are told.
    connect
        Connects to the supervisor that runs, or else to one that the starter starts.

    Raises
    ------
    LabError
        If there is no such file, or it cannot be used, or there can be no supervisor.
    """
    path = (file or last_lab()).absolute()
    if not path.is_file():
        raise LabError(f"There is no lab file {path}.")
    starter = DetachedStarter()
    fresh: subprocess.Popen[bytes] | None = None
    if not (paths.state_dir() / SERVICE_FILE).exists():
        with contextlib.suppress(OSError):  # who connects tries again, and says why it cannot be
            fresh = starter.begin(TAKES_LAB)
    from pyrolab_gui.supervision import first_lab
    from pyrolab_gui.supervision.kept_plan import plan_of_file

    try:
        plan = plan_of_file(path)
        keys = _keys(plan, path, write)
    except BaseException:
        if fresh is not None:
            first_lab.withdraw(fresh)
        raise
    if fresh is not None:
        status = first_lab.hand_over(fresh, plan, str(path), keys, write)
        if status is not None:
            return status
    from pyrolab_gui.supervision.commands import orders

    api = connect(starter)
    try:
        return orders.up(api, path, plan, keys, write)
    finally:
        api.close(stop_children=False)


def _keys(plan: LabPlan, path: Path, write: Callable[[str], None]) -> list[str]:
    """Return what the lab starts with; all of it where it names nothing."""
    from pyrolab_gui.supervision.plan_keys import key_of

    if plan.autolaunch:
        return list(plan.autolaunch)
    every = [*map(key_of, plan.nameservers), *map(key_of, plan.daemons)]
    if not every:
        raise ConfigInvalid(f"{path} has neither nameservers nor daemons, so there is nothing to start.")
    write("The lab file names nothing under autolaunch, so all of it is started.")
    return every
