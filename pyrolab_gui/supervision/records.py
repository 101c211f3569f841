"""What is written down of each child for the next supervisor: that it runs, or how it ended. A small file for each.

A record is there from the start of a child until it has ended for good. One that is there without its process tells of
a child that ended while nobody supervised. An ending is there from a failure until the next start or stop. Limits: a
record is a hint; a process counts only with its identity.
"""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.ident import before_this_boot, ident_of, is_process
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.record import record

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 20_000
"""Characters of the last output that are kept."""

logger = logging.getLogger(__name__)


@record(frozen=True)
class Record:
    """One child: its key, its process, how often it was restarted, and what the computer's last start means for it."""

    key: str
    pid: int
    ident: str
    restarts: int = 0

    @property
    def lives(self) -> bool:
        """Whether its process still runs."""
        return is_process(self.pid, self.ident)


@record(frozen=True)
class Ending:
    """How a child ended that is not started again by itself: its state, exit status, reason and last output."""

    state: ChildState
    exit_code: int | None = None
    error: str = ""
    detail: str = ""
    restarts: int = 0


def write_ending(file: Path, ending: Ending) -> None:
    """Write down how a child ended; without the file a later supervisor does not know, so a failure is only logged."""
    try:
        write_private(file, json.dumps({**asdict(ending), "detail": ending.detail[-_LONGEST:]}))
    except OSError as error:
        logger.warning("%s cannot be written: %s", file, error)


def read_ending(file: Path) -> Ending | None:
    """Return how a child ended; None if nothing is written down, or nothing that can be read."""
    try:
        plain = json.loads(file.read_text("utf-8"))
        code = plain["exit_code"]
        return Ending(
            ChildState(plain["state"]),
            None if code is None else int(code),
            str(plain["error"]),
            str(plain["detail"]),
            int(plain["restarts"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(file: Path, key: str, pid: int, restarts: int) -> None:
    """Write down a process; without the file it is only not found later, so that a failure is only logged."""
    try:
        write_private(file, json.dumps(asdict(Record(key, pid, ident_of(pid), restarts))))
    except ValueError:  # it has ended already: its end is told elsewhere
        return
    except OSError as error:
        logger.warning("%s cannot be written, so a later supervisor will not find %s: %s", file, key, error)


def read_record(file: Path, key: str = "", plan_file: Path | None = None) -> Record | None:
    """Return what is written down; None if nothing is.

    A damaged file does not lose its child: the process that was given `plan_file` is looked for.
    """
    try:
        plain = json.loads(file.read_text("utf-8"))
        return Record(str(plain["key"]), int(plain["pid"]), str(plain["ident"]), int(plain["restarts"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return _searched(key, plan_file) if plan_file is not None else None


def remove_record(file: Path) -> None:
    """Remove a record or an ending."""
    with contextlib.suppress(OSError):
        file.unlink()


def is_of_earlier_boot(file: Path, record: Record) -> bool:
    """Whether a record was written before the computer was started last."""
    try:
        return before_this_boot(record.ident, file.stat().st_mtime)
    except OSError:
        return False


def _searched(key: str, plan_file: Path) -> Record | None:
    import psutil  # as slow to load as a small child

    wanted = str(plan_file)
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or ()
        if wanted in command:
            with contextlib.suppress(ValueError):
                return Record(key, process.pid, ident_of(process.pid))
    return None
