"""Keeps the child that delivers alarms in step with the alarm file, and tells it what only the supervisor knows.

The file beside the lab file is looked at every two seconds; one that says something else means a child with other
alarms. The child runs while anything of the lab does, so *stop all* silences the alarms too. Told to it: where the
instruments of this computer are, which of them were stopped on purpose (that is no alarm), and recordings in trouble.
Limits: a broken alarm file changes nothing: the alarms before it go on, and the child says what is wrong.
"""

from __future__ import annotations

import logging
import threading
import zlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.supervision.plan_keys import key_of
from pyrolab_gui.wire.alarms import AlarmPlan, AlarmsPlan, MailServer, Recipient
from pyrolab_gui.wire.child import ChildKind, ChildState
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import DaemonPlan

if TYPE_CHECKING:
    from pyrolab_gui.model.alarms import Alarms
    from pyrolab_gui.supervision.supervisor import Supervisor

LOOK = 2.0
_TOGETHER = 0.05
_SUFFIX = "alarms"
_STILL = "has not grown"
_IN_TROUBLE = (ChildState.FAILED, ChildState.BACKOFF)

logger = logging.getLogger(__name__)


class AlarmKeeper:
    """The alarms of the lab that a supervisor has.

    Parameters
    ----------
    supervisor
        Whose child delivers them.
    state_dir
        Where it writes down how they stand.
    """

    def __init__(self, supervisor: Supervisor, state_dir: Path, look: float = LOOK) -> None:
        self._supervisor, self._state_dir, self._look = supervisor, state_dir, look
        self._seen: tuple[str, object] | None = None
        self._plan: AlarmsPlan | None = None
        self._wake = threading.Event()
        self._end = threading.Event()
        self._told: tuple[int, dict[str, Any]] = (0, {})
        """What was told last, and to which process."""
        self._over: tuple[str, str] = ("", "")
        """The child that was dropped because all was stopped, and the file of how its alarms stood."""
        self._unsubscribe = supervisor.subscribe(lambda status: self._wake.set())
        self._thread = threading.Thread(target=self._run, name="alarm file", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; the child goes on."""
        self._end.set()
        self._unsubscribe()
        self._wake.set()
        self._thread.join(2.0)

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self._keep()
            except Exception:
                logger.exception("the alarms could not be looked after")
            if self._wake.wait(self._look):
                self._end.wait(_TOGETHER)  # of many changes at once the last one counts
                self._wake.clear()

    def _keep(self) -> None:
        path = self._supervisor.lab_path
        plan = self._read(Path(path)) if path else None
        wanted = plan if plan is not None and plan.alarms and self._is_needed() else None
        children = [status for status in self._supervisor.statuses() if status.kind is ChildKind.ALARMS]
        for status in children:
            if wanted is None or status.key != key_of(wanted):
                self._supervisor.drop(status.key)
                if plan is not None and status.key == key_of(plan):  # all was stopped: the next start begins anew
                    self._over = (status.key, plan.state_file)
        self._forget_what_is_over({status.key for status in children if status.state.alive})
        if wanted is not None:
            self._over = ("", "")
            self._supervisor.keep(wanted)
            self._tell(wanted)

    def _forget_what_is_over(self, alive: set[str]) -> None:
        """Remove what a child that was dropped wrote down of its alarms, once it has ended: it writes until then."""
        key, state_file = self._over
        if key and key not in alive:
            Path(state_file).unlink(missing_ok=True)
            self._over = ("", "")

    def _is_needed(self) -> bool:
        """Whether anything of the lab runs, or is to run here at all."""
        of_lab = [status for status in self._supervisor.statuses() if status.kind is ChildKind.DAEMON]
        return not of_lab or any(status.state is not ChildState.STOPPED for status in of_lab)

    def _read(self, lab: Path) -> AlarmsPlan | None:
        file = lab.with_name(f"{lab.stem}.{_SUFFIX}.yaml")
        try:
            found = file.stat()
        except OSError:
            self._seen = self._plan = None
            return None
        mark = (found.st_mtime_ns, found.st_size, self._supervisor.plans())
        if self._seen != (str(file), mark):
            self._seen = (str(file), mark)
            plan, problem = self._planned(lab, file)
            if plan is not None:
                self._plan = plan
            elif self._plan is not None:
                self._plan = replace(self._plan, problem=problem)
            if problem:
                logger.warning("%s: %s", file, problem)
        return self._plan

    def _planned(self, lab: Path, file: Path) -> tuple[AlarmsPlan | None, str]:
        from pyrolab_gui.model.alarms import AlarmFile  # pydantic and YAML: only where there are alarms
        from pyrolab_gui.model.problems import LabFileError

        try:
            read = AlarmFile.open(file)
        except LabFileError as error:
            return None, error.sentence
        alarms = read.alarms
        if alarms is None:
            first = read.problems[0]
            return None, f"{file.name}:{first.line or 0}: {first}"
        daemons = [plan for plan in self._supervisor.plans() if isinstance(plan, DaemonPlan)]
        nameservers = {address.name: address for plan in daemons for address in plan.nameservers}
        number = f"{zlib.crc32(str(file).encode()):08x}"
        return AlarmsPlan(
            _SUFFIX,  # not the lab's name, which a daemon may have too
            str(file),
            tuple(
                AlarmPlan(name, **{**_fields(alarm), "tell": alarms.tells(alarm)})
                for name, alarm in alarms.alarms.items()
            ),
            recipients_of(alarms),
            mail_of(alarms),
            alarms.repeat_minutes * 60.0,
            alarms.pass_on_minutes * 60.0,
            tuple(asdict(address) for address in nameservers.values()),
            str(self._state_dir / f"alarms-{lab.stem}-{number}.json"),
            lab.stem,
        ), ""

    def _tell(self, plan: AlarmsPlan) -> None:
        """Tell the child what it does not know; what cannot be told now is told at the next look."""
        instruments: dict[str, tuple[str, bool]] = {}
        recordings: dict[str, str] = {}
        process = 0
        hosted = {part.name: part for part in self._supervisor.plans() if isinstance(part, DaemonPlan)}
        for status in self._supervisor.statuses():
            if status.kind is ChildKind.DAEMON and status.name in hosted:
                location = status.uri.rpartition("@")[2]
                stopped = status.state in (ChildState.STOPPED, ChildState.STOPPING)
                for service in hosted[status.name].services:
                    uri = f"PYRO:{service.object_id}@{location}" if location and status.state.alive else ""
                    instruments[service.name] = (uri, stopped)
            elif status.kind is ChildKind.RECORDER and (_STILL in status.error or status.state in _IN_TROUBLE):
                recordings[status.name] = status.error
            elif status.key == key_of(plan):
                process = status.pid if status.state is ChildState.RUNNING else 0
        what = {"instruments": instruments, "recordings": recordings}
        if process and self._told != (process, what):
            try:
                self._supervisor.tell(key_of(plan), what)
            except LabError:
                return
            self._told = (process, what)


def recipients_of(alarms: Alarms) -> tuple[Recipient, ...]:
    """Return who is told, as the delivery takes them."""
    return tuple(Recipient(name, **_fields(recipient)) for name, recipient in alarms.recipients.items())


def mail_of(alarms: Alarms) -> MailServer:
    """Return the mail server, as the delivery takes it."""
    return MailServer(**_fields(alarms.mail))


def _fields(model: Any) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}
