"""The main of a recorder child: one recording, from its plan to its end, whether a window is open or not.

It ends by itself at its planned end; what is wrong meanwhile stands in its state. A recording that cannot go on (a full
disk) ends for good and says why; one that a signal ended is no recording that is over, and is started again. Limits:
alarms about readings are not its matter.
"""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.runtime import Child, print_failure
from pyrolab_gui.wire.child import GIVEN_UP
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pyrolab_gui.recording.job import Job
    from pyrolab_gui.wire.plans import RecorderPlan

_ITSELF = "itself"
_INTERRUPTED = 75
"""Exit status of one that a signal ended: the supervisor starts it again, after a boot too."""

log = logging.getLogger(__name__)


def run(plan: RecorderPlan) -> int:
    """Record until the end that is planned, or until somebody asks this process to stop; return the exit status."""
    jobs: list[Job] = []
    child = Child("recorder", plan.name, on_tell=lambda message: _told(jobs, message))

    def report(sentence: str) -> None:
        if sentence:
            log.warning("%s", sentence)
        # Here an alarm about the recording itself begins: whoever delivers alarms learns of it from this state.
        child.report("running", uri=plan.file, error=sentence)

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.recording.job import Job
    from pyrolab_gui.wire.names import RECORDING

    identity = Identity.here(RECORDING)
    if plan.client:
        identity = replace(identity, client=plan.client)
    job = Job(plan, identity, report)
    jobs.append(job)
    outcome: list[tuple[str, int]] = []

    def work() -> None:
        try:
            summary = job.run()
        except LabError as error:
            outcome.append((error.sentence, GIVEN_UP))
        except Exception as error:
            log.exception("the recording failed")
            outcome.append((f"The recording failed: {type(error).__name__}: {error}.", 1))
        else:
            if summary is None:
                outcome.append(("Nothing was recorded: the end came before the beginning.", 0))
            elif summary.problem:
                outcome.append((f"{summary.problem} What was written is kept: {summary}.", GIVEN_UP))
            else:
                outcome.append((str(summary), 0))
        child.ask_to_stop(_ITSELF)

    report("")
    worker = threading.Thread(target=work, name="recording", daemon=True)
    worker.start()
    who = child.wait_for_stop()
    by_signal = who.startswith("SIG")
    child.report("stopping", uri=plan.file)
    job.stop("" if who == _ITSELF else f"ended by {who}")
    worker.join(plan.stop_seconds)
    sentence, status = outcome[0] if outcome else ("The recording could not be ended in time.", 1)
    child.close()
    if status:
        print_failure(sentence)
    else:
        sys.stdout.write(f"{sentence}\n")
    return _INTERRUPTED if by_signal and not status else status


def _told(jobs: list[Job], message: dict[str, Any]) -> None:
    what = message.get("what")
    if not isinstance(what, dict) or not jobs:
        return
    who = str(what.get("who") or "")
    if isinstance(what.get("note"), str):
        jobs[0].note(what["note"], who)
    if isinstance(what.get("ends"), int | float):
        jobs[0].end_at(float(what["ends"]), who)
