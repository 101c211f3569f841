"""The lab for which a supervisor is started, handed to it while it still loads itself.

A command that finds no supervisor starts one at once, reads the lab file meanwhile, and sends what it read through a
pipe. The supervisor starts it before it loads what serves windows and other commands, and answers through another pipe
with the lines that the command prints. So neither waits for the other, and the command connects to nothing. Both ends
are here. Limits: for a command on this computer, of the same user; if it ends, the supervisor goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.plans import lab_from_plain, lab_to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from subprocess import Popen

    from pyrolab_gui.supervision.supervisor import Supervisor
    from pyrolab_gui.wire.plans import LabPlan

_END = 5.0
"""Seconds for which the end of a supervisor that is not needed is waited for."""


def hand_over(
    process: Popen[bytes], plan: LabPlan, path: str, keys: Sequence[str], write: Callable[[str], None]
) -> int | None:
    """Have a supervisor that was started with pipes load a plan and start children of it; wait until they have settled.

    Parameters
    ----------
    path
        Of the lab file.
    write
        Takes the line of each child.

    Returns
    -------
    int or None
        0 where all run; None where this supervisor has not taken the lab, because there is another one.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(OSError), process.stdin as pipe:  # it has ended
        pipe.write(json.dumps({"plan": lab_to_plain(plan), "path": path, "start": list(keys)}).encode())
    with process.stdout as answers:
        for line in answers:
            answer = json.loads(line)
            if "status" in answer:
                return int(answer["status"])
            write(str(answer["line"]))
    return None


def withdraw(process: Popen[bytes]) -> None:
    """Tell a supervisor that was started with pipes that there is no lab; wait until it ends, unless it is needed."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    with process.stdout as answers:
        ends = not answers.read()
    if ends:
        with contextlib.suppress(TimeoutExpired):
            process.wait(_END)


class FirstLab:
    """The supervisor's end: takes what comes through standard input, and keeps that and standard output to itself.

    Attributes
    ----------
    was_withdrawn
        Whether the command has found that there is no lab.
    """

    def __init__(self) -> None:
        self.was_withdrawn = False
        self._settled, self._serves = threading.Event(), threading.Event()
        self._end: Callable[[], bool] = lambda: False
        self._input = os.fdopen(os.dup(0), "rb")
        self._answers = os.fdopen(os.dup(1), "wb", buffering=0)
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)  # what this process prints goes where its errors go

    def bring_up(self, supervisor: Supervisor, seconds: float) -> None:
        """Load and start it, and answer, in a thread; return when all is settled, or after so many seconds."""
        threading.Thread(target=self._run, args=(supervisor,), name="first lab", daemon=True).start()
        self._settled.wait(seconds)

    def let_go(self, end: Callable[[], bool]) -> None:
        """Let the command end when its lab is up: other commands are served from now on.

        Parameters
        ----------
        end
            Called where there is no lab: ends this process, or returns False where it is needed.
        """
        self._end = end
        self._serves.set()

    def _run(self, supervisor: Supervisor) -> None:
        with self._answers:
            try:
                done = self._bring_up(supervisor)
            finally:
                self._settled.set()
            self._serves.wait()  # the next command may follow at once
            if done is None and self._end():
                threading.Event().wait()  # the command waits for the end of this process
            self._answer(status=0 if done else 1)

    def _bring_up(self, supervisor: Supervisor) -> bool | None:
        from pyrolab_gui.network.identity import Identity
        from pyrolab_gui.supervision.commands.settle import Settling

        who = Identity.here().who
        with self._input:
            text = self._input.read()
        try:
            told = json.loads(text)
        except ValueError:  # nothing, or half of it: the command has ended
            self.was_withdrawn = True
            return None
        with Settling(supervisor, lambda line: self._answer(line=line)) as settling:
            supervisor.load(lab_from_plain(told["plan"]), told["path"])
            supervisor.start(told["start"], who=who)
            return settling.wait("start", told["start"])

    def _answer(self, **answer: Any) -> None:
        with contextlib.suppress(OSError):  # the command was ended
            self._answers.write(json.dumps(answer).encode() + b"\n")
