"""What is written down of each child that runs, so that the next supervisor finds it: one small file per child.

A record is there from the start of a child until it has ended for good. One that is there without its process tells of
a child that ended while nobody supervised. Limits: it is a hint; a process counts only with its identity.
"""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import psutil

from pyrolab_gui.supervision.ident import before_this_boot, ident_of, is_process
from pyrolab_gui.supervision.private_file import write_private

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
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
    """Forget a child that has ended for good."""
    with contextlib.suppress(OSError):
        file.unlink()


def is_of_earlier_boot(file: Path, record: Record) -> bool:
    """Whether a record was written before the computer was started last."""
    try:
        return before_this_boot(record.ident, file.stat().st_mtime)
    except OSError:
        return False


def _searched(key: str, plan_file: Path) -> Record | None:
    wanted = str(plan_file)
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or ()
        if wanted in command:
            with contextlib.suppress(ValueError):
                return Record(key, process.pid, ident_of(process.pid))
    return None
