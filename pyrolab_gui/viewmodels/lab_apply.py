"""Applying the edits of a lab: what would follow, doing it now, or as soon as nobody works with what restarts.

Applying is to save and then to restart, stop and start only what changed, in one order: what gives up an instrument has
ended before another opens it. Limits: waiting for idle ends with the window; between the last look and the stop a call
may begin.
"""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.supervision.lab_text import changes, parts_of
from pyrolab_gui.supervision.plan import plan_of
from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.viewmodels.words import uptime
from pyrolab_gui.wire.errors import ConfigInvalid, LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.model.lab import Lab
    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.wire.child import ChildState
    from pyrolab_gui.wire.supervision import Hit, PlanChange

_LOOK_MS = 1000
_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """What applying does to one child: ``start``, ``stop``, ``restart`` or ``none``, and that in a sentence."""

    key: str
    action: str
    sentence: str

    @property
    def interrupts(self) -> bool:
        """Whether those who work with it notice."""
        return self.action in ("stop", "restart")


class LabApply(QObject):
    """The edits of a lab on their way to what runs.

    Parameters
    ----------
    daemons
        What runs, and the lab under edit.
    supervisor
        Asked who works with what.
    background
        Asks it.
    notifications
        Told of failures, and of what was done while nobody looked.
    """

    changed = Signal()
    """Waiting began, ended, or waits for something else."""

    def __init__(
        self,
        daemons: DaemonsViewModel,
        supervisor: SupervisorApi,
        background: Background,
        notifications: Notifications,
    ) -> None:
        super().__init__(daemons)
        self._daemons = daemons
        self._lab = daemons.lab
        self._supervisor = supervisor
        self._background = background
        self._notifications = notifications
        self._known: tuple[Lab | None, Lab | None, Mapping[str, ChildState], tuple[Effect, ...]] | None = None
        self._waiting_for = ""
        self._text = ""
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._lab.changed.connect(self._on_lab_changed)

    # what would follow

    @property
    def refusal(self) -> str:
        """Why the edits cannot be applied as they are, in a sentence; empty where they can."""
        if self._lab.save_refusal:
            words = self._lab.save_refusal
            return f"{words[:1].upper()}{words[1:]}"
        errors = [problem for problem in self._lab.problems if problem.severity == "error"]
        if not errors:
            return ""
        first = f"{errors[0].key_path}: {errors[0].sentence}" if errors[0].path else errors[0].sentence
        return f"A problem is open. {first}" if len(errors) == 1 else f"{len(errors)} problems are open. {first}"

    def effects(self) -> tuple[Effect, ...]:
        """Return what applying does, child by child; those that nothing happens to are left out."""
        before, after = self._lab.saved_lab, self._lab.lab
        states = {status.key: status.state for status in self._daemons.statuses()}
        known = self._known
        if known is None or known[0] is not before or known[1] is not after or known[2] != states:
            known = self._known = (before, after, states, self._find(before, after, states))
        return known[3]

    def diff(self) -> tuple[str, ...]:
        """Return the lines of a unified diff from the file to what will be written; empty where nothing differs."""
        return diff_lines(self._lab.saved_text, self._lab.text)

    def consequences(self) -> tuple[str, ...]:
        """Return what follows, in sentences; `ask_hits` knows more, a little later."""
        effects = self.effects()
        found = [effect.sentence for effect in effects]
        if not any(effect.interrupts for effect in effects):
            found.append("Nothing that runs is interrupted.")
        return tuple(found)

    def ask_hits(self, answered: Callable[[str], object]) -> None:
        """Ask who works with what restarts or stops; `answered` gets it in sentences, within two seconds."""
        keys = self._interrupted()
        if keys:
            self._daemons.ask_hits(keys, answered)
        else:
            answered("")

    # doing it

    def apply(self) -> bool:
        """Save, and restart, stop and start what changed; a failure is told, and nothing is done then."""
        self.withdraw()
        self._lab.settling.emit()
        if self.refusal:
            self._notifications.error(ConfigInvalid(f"Not applied. {self.refusal}"))
            return False
        effects = self.effects()
        if not self._lab.save():
            return False
        keys = [effect.key for effect in effects if effect.action != "none"]
        if any(effect.interrupts for effect in effects):
            self._daemons.restart(keys)
        elif keys:
            self._daemons.start(keys)
        return True

    @property
    def pending(self) -> bool:
        """Whether the edits wait to be applied."""
        return self._timer.isActive()

    @property
    def waiting_for(self) -> str:
        """What is waited for: ``laser.sweep of ann@pc7, 41 s``; empty before the first answer."""
        return self._waiting_for

    def apply_when_idle(self) -> None:
        """Apply as soon as what restarts is idle: no call, output, recording or lock; an edit withdraws it."""
        if self.refusal:
            self._notifications.error(ConfigInvalid(f"Not applied. {self.refusal}"))
            return
        self._text = self._lab.text
        self._waiting_for = ""
        self._timer.start()
        self.changed.emit()
        self._look()

    def withdraw(self) -> None:
        """Do not apply later; the edits stay."""
        if self.pending:
            self._timer.stop()
            self._waiting_for = ""
            self.changed.emit()

    # inside

    def _look(self) -> None:
        keys = self._interrupted()
        if not keys:
            self._apply_now()
            return
        self._background.ask(lambda: self._supervisor.hits(keys), self._on_hits, self._on_silence)

    def _on_hits(self, hits: tuple[Hit, ...]) -> None:
        if not self.pending:
            return
        busy = _busy(hits, time.time())
        if not busy:
            self._apply_now()
        elif busy != self._waiting_for:
            self._waiting_for = busy
            self.changed.emit()

    def _on_silence(self, error: LabError) -> None:
        if self.pending and self._waiting_for != error.sentence:
            self._waiting_for = error.sentence
            self.changed.emit()

    def _apply_now(self) -> None:
        if self.pending and self.apply():
            name = self._lab.path.name if self._lab.path is not None else "The lab"
            self._notifications.post(Notice("info", f"{name}: the changes were applied, as nobody used what restarts."))

    def _on_lab_changed(self) -> None:
        if self.pending and (not self._lab.edited or self._lab.text != self._text):
            self.withdraw()
            words = "The changes are not applied by themselves any more: they were edited since. Apply them again."
            if self._lab.edited:
                self._notifications.post(Notice("warning", words))

    def _interrupted(self) -> list[str]:
        return [effect.key for effect in self.effects() if effect.interrupts]

    def _find(self, before: Lab | None, after: Lab | None, states: Mapping[str, ChildState]) -> tuple[Effect, ...]:
        if before is None or after is None:
            return ()
        folder = self._lab.folder
        before, after = _what_differs(before, after)
        old, new = parts_of(plan_of(before, folder)), plan_of(after, folder)
        mine = {key: state for key, state in states.items() if key in old or key in parts_of(new)}
        renamed = self._lab.renamed_children()
        found = []
        for change in changes(old, new, mine):
            origin = next((was for was, now in renamed.items() if now == change.key), "")
            if origin and origin in states and states[origin].alive and change.action == "none":
                found.append(Effect(change.key, "start", f"{_who(change.key)} starts: it was called {_name(origin)}."))
            else:
                found.append(_effect(change, renamed.get(change.key, "")))
        return tuple(found)


def _what_differs(before: Lab, after: Lab) -> tuple[Lab, Lab]:
    """Return both labs without the daemons that are the same in them, services included; so a large lab costs little.

    Where a nameserver differs nothing is left out: daemons register with it.
    """
    if before.nameservers != after.nameservers:
        return before, after
    names = {*before.daemons, *after.daemons}
    touched = {name for name in names if before.daemons.get(name) is not after.daemons.get(name)}
    for name in {*before.services, *after.services}:
        one, other = before.services.get(name), after.services.get(name)
        if one is not other:
            touched |= {service.daemon for service in (one, other) if service is not None}
    return _only(before, touched), _only(after, touched)


def _only(lab: Lab, daemons: set[str]) -> Lab:
    return lab.model_copy(
        update={
            "daemons": {name: daemon for name, daemon in lab.daemons.items() if name in daemons},
            "services": {name: service for name, service in lab.services.items() if service.daemon in daemons},
        }
    )


def _effect(change: PlanChange, renamed: str) -> Effect:
    who = _who(change.key)
    reason = change.reason.removeprefix("Changed: ")
    match change.action:
        case "restart":
            words = f"{who} restarts: {reason}"
        case "stop" if renamed:
            words = f"{who} stops: it is called {_name(renamed)} now."
        case "stop":
            words = f"{who} stops: it is not in the lab file any more."
        case "start":
            words = f"{who} starts: it is new, and starts with the lab."
        case _ if change.reason.startswith("Changed"):
            words = f"{who} does not run; its next start has the change: {reason}"
        case _:
            words = f"{who} is new; it can be started then."
    return Effect(change.key, change.action, words)


def _who(key: str) -> str:
    kind, _, name = key.partition("/")
    return f"{kind.capitalize()} {name}"


def _name(key: str) -> str:
    return key.partition("/")[2]


def _busy(hits: tuple[Hit, ...], now: float) -> str:
    """Return what keeps children busy, the calls first; empty where all are idle."""
    words = [
        f"{call.service}.{call.member} of {call.who}, {uptime(now - call.since)}" for hit in hits for call in hit.calls
    ]
    words += [f"{output.name}, which is on" for hit in hits for output in hit.outputs]
    recorded = dict.fromkeys(recording for hit in hits for recording in hit.recordings)
    words += [f"{one.service}.{one.member}, recorded by {one.who}" for one in recorded if one.member]
    words += [f"{lock.service}, in use by {lock.owner}" for hit in hits for lock in hit.locks]
    words += [hit.error for hit in hits if hit.error]
    return "; ".join(words[:2]) + (f" and {len(words) - 2} more" if len(words) > 2 else "")


def diff_lines(before: str, after: str) -> tuple[str, ...]:
    """Return the lines of a unified diff between two texts, without its head."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=_CONTEXT)
    return tuple(lines)[2:]
