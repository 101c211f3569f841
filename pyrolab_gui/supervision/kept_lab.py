"""The lab that a supervisor has loaded, written down for the one that follows: resolved, so that it is read at once.

Limits: a damaged file is no lab; then only what runs is taken up.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.plans import LabPlan, lab_from_plain, lab_to_plain

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


class KeptLab:
    """The file with the plan of the last lab and the path of its lab file."""

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / "supervisor-lab.json"

    def write(self, plan: LabPlan, path: str) -> None:
        """Write it down; what cannot be written is logged, and nothing more."""
        text = json.dumps({"path": path, "plan": lab_to_plain(plan)})
        try:
            write_private(self._file, text)
        except OSError as error:
            logger.warning("%s cannot be written, a later supervisor will not know the lab: %s", self._file, error)

    def read(self) -> tuple[LabPlan | None, str]:
        """Return the plan, None where there is none, and the path of the lab file."""
        try:
            plain = json.loads(self._file.read_text("utf-8"))
            return lab_from_plain(plain["plan"]), str(plain["path"])
        except FileNotFoundError:
            return None, ""
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read, so no lab is taken up: %s", self._file, error)
            return None, ""
