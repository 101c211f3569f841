"""Which lab a command means when it is not told: the one that is open, or else the one that was open last.

A window, or the demo, writes down what it has open as long as it lives. Limits: nothing is asked over the network, and
nothing is started; whether the lab's nameserver runs is found out by who connects to it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.supervision.commands.last_lab import last_lab
from pyrolab_gui.supervision.ident import ident_of, is_process
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.errors import ConfigInvalid, LabError

if TYPE_CHECKING:
    from pyrolab_gui.network.trust import Trusts

DEFAULT_NAMESERVER = ("localhost", 9090)
"""Where a nameserver is where no lab says otherwise: the port of Pyro5 and of PyroLab."""

logger = logging.getLogger(__name__)


def note(lab: Path) -> None:
    """Write down that this process has `lab` open; what cannot be written is logged, and nothing more."""
    pid = os.getpid()
    try:
        write_private(_file(), json.dumps({"path": str(lab.resolve()), "pid": pid, "ident": ident_of(pid)}))
    except (OSError, ValueError) as error:
        logger.warning("%s cannot be written, so commands will not find the lab that is open: %s", _file(), error)


def forget() -> None:
    """Take back what this process has noted."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        if json.loads(_file().read_text("utf-8"))["pid"] == os.getpid():
            _file().unlink()


def open_lab() -> Path | None:
    """Return the lab that a window or the demo of this user has open now."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        plain = json.loads(_file().read_text("utf-8"))
        if is_process(int(plain["pid"]), str(plain["ident"])):
            return Path(str(plain["path"]))
    return None


def nameserver_of(config: Path | None = None, trust: Trusts | None = None) -> tuple[str, int]:
    """Return host and port of the nameserver that a command means which is not told one.

    Parameters
    ----------
    config
        The lab file that it was told; without one the lab that is open, or that was open last. Where that says
        nothing, it is the usual address.
    trust
        Takes note of the lab file's certificates, and of who speaks TLS by its word.

    Raises
    ------
    LabError
        If the file that it was told cannot be used, or has no nameserver.
    """
    if config is not None:
        return _first_of(config, trust)
    with contextlib.suppress(LabError):
        return _first_of(open_lab() or last_lab(), trust)
    return DEFAULT_NAMESERVER


def _first_of(path: Path, trust: Trusts | None) -> tuple[str, int]:
    from pyrolab_gui.model.problems import LabFileError
    from pyrolab_gui.model.store import LabFile
    from pyrolab_gui.supervision.plan import plan_of

    try:
        file = LabFile.open(path)
    except LabFileError as error:
        raise ConfigInvalid(error.sentence, error.detail) from error
    if file.lab is None:
        lines = "\n".join(f"{path}:{problem.line or 0}: {problem}" for problem in file.errors)
        raise ConfigInvalid(f"{path} has errors, so its nameserver is not known. {file.errors[0]}", lines)
    plan = plan_of(file.lab, file.path.parent)
    nameservers = plan.nameservers
    if not nameservers:
        raise ConfigInvalid(f"{path} has no nameserver; say which is meant: --nameserver HOST:PORT.")
    if trust is not None:
        trust.learn(plan)
    return nameservers[0].host, nameservers[0].ns_port


def _file() -> Path:
    return paths.state_dir() / "current-lab.json"
