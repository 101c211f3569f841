"""The recordings of one computer, as its supervisor keeps them: plans, written down for the supervisor that follows.

They are no part of the lab file: each is there from its start until it has ended, and then forgotten; what it recorded
is in its file. One that failed stays, to be seen, until it is stopped or started again. Limits: starts nothing.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.plan_keys import key_of
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.plans import recorder_from_plain, recorder_to_plain

if TYPE_CHECKING:
    from pathlib import Path

    from pyrolab_gui.wire.plans import RecorderPlan

_OVER = (ChildState.STOPPED, ChildState.EXITED)

logger = logging.getLogger(__name__)


class Recordings:
    """The plans by the keys of their children.

    Parameters
    ----------
    state_dir
        Where they are written down.
    """

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / "supervisor-recordings.json"
        self._restarting: set[str] = set()
        self.plans: dict[str, RecorderPlan] = {}

    def recall(self) -> None:
        """Take up what a former supervisor had; a damaged file is told in the log: what runs is found all the same."""
        try:
            found = [recorder_from_plain(item) for item in json.loads(self._file.read_text("utf-8"))]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read, so no recording is taken up: %s", self._file, error)
            return
        self.plans = {key_of(plan): plan for plan in found}

    def add(self, plan: RecorderPlan) -> None:
        """Keep the plan of a recording that begins."""
        self.plans[key_of(plan)] = plan
        self._write()

    def restarts(self, keys: list[str]) -> None:
        """Some are stopped to be started again: their end is none."""
        self._restarting.update(key for key in keys if key in self.plans)

    def note(self, key: str, state: ChildState) -> bool:
        """Take the state of a child; return whether it was a recording that is over, which is forgotten then."""
        if state in (ChildState.RUNNING, ChildState.FAILED):
            self._restarting.discard(key)
        if key not in self.plans or key in self._restarting or state not in _OVER:
            return False
        del self.plans[key]
        self._write()
        return True

    def _write(self) -> None:
        text = json.dumps([recorder_to_plain(plan) for plan in self.plans.values()])
        try:
            write_private(self._file, text)
        except OSError as error:
            logger.warning(
                "%s cannot be written, a later supervisor will not know the recordings: %s", self._file, error
            )
