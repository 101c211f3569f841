"""All alarms of one lab: watched, told to whom it concerns, written down, and reported to the supervisor.

One thread looks twice a second; mail and webhooks are sent by a few others, because a server may take its time. Limits:
one lab; what is told is told at least once, so a restart in the wrong moment may tell it twice.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.alarm_case import Case
from pyrolab_gui.hosting.alarm_watcher import LOOK, Watcher
from pyrolab_gui.hosting.alarm_words import RECORDING, message_of
from pyrolab_gui.network.delivery import deliver
from pyrolab_gui.network.nameserver import lookup
from pyrolab_gui.network.trust import Trust
from pyrolab_gui.wire.alarms import AlarmPlan, Judgement
from pyrolab_gui.wire.errors import LabError, NotRegistered
from pyrolab_gui.wire.plans import NameserverAddress, to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.hosting.alarm_case import Telling
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.wire.alarms import AlarmsPlan, AlarmStatus

    Deliver = Callable[..., None]

TICK = 0.5
_SENDERS = 4
_AT_ONCE = 3.0
"""Seconds of silence after which a name that is gone tells nothing of how its daemon ended."""

log = logging.getLogger(__name__)


class Desk:
    """The alarms of one plan.

    Parameters
    ----------
    plan
        All alarms and recipients.
    identity
        Who asks the daemons.
    report
        Called with how the alarms stand, whenever that changed.
    send
        Tells one recipient; blocks.
    """

    def __init__(
        self,
        plan: AlarmsPlan,
        identity: Identity,
        report: Callable[[list[AlarmStatus]], None],
        *,
        send: Deliver = deliver,
        tick: float = TICK,
        look: float = LOOK,
    ) -> None:
        self._plan, self._identity, self._report, self._send, self._tick = plan, identity, report, send, tick
        self._recipients = {recipient.name: recipient for recipient in plan.recipients}
        self._lock = threading.RLock()
        self._told: dict[str, tuple[str, bool]] = {}
        """By instrument: where the supervisor sees it, and whether it was stopped on purpose."""
        self._found: dict[str, str] = {}
        self._deregistered: set[str] = set()
        """Those that were taken out of the nameserver while their daemon still answered: so it does what is stopped."""
        self._recordings: dict[str, str] = {}
        self._orders: list[dict[str, Any]] = []
        self._reported: list[AlarmStatus] | None = None
        self._written = ""
        self._stop = threading.Event()
        self._senders = ThreadPoolExecutor(_SENDERS, "tell")
        self._nameservers = [NameserverAddress(**address) for address in plan.nameservers]
        for address in self._nameservers:
            if (trust := Trust.of_address(address)) is not None:
                identity.trust.add(trust)
                identity.trust.require(address.host, address.port, trust)
        self.cases = {alarm.name: Case(alarm, plan.repeat, plan.pass_on) for alarm in plan.alarms}
        self._recall()
        version = f"{zlib.crc32(to_json(plan).encode()):08x}"
        owner = f"{plan.file or plan.name} {identity.who}"
        instruments = dict.fromkeys(alarm.instrument for alarm in plan.alarms)
        self._watchers = {
            name: Watcher(
                name,
                [alarm for alarm in plan.alarms if alarm.instrument == name],
                lambda name=name: self._find(name),  # type: ignore[misc]
                identity,
                owner,
                version,
                lambda alarm: self.cases[alarm].stood,
                look,
            )
            for name in instruments
        }

    def run(self) -> None:
        """Watch until `stop`; blocks."""
        for watcher in self._watchers.values():
            watcher.start()
        while not self._stop.wait(self._tick):
            self.look()
        for watcher in self._watchers.values():
            watcher.close()
        self._senders.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """End; from any thread."""
        self._stop.set()

    def told(self, what: dict[str, Any]) -> None:
        """Take what the supervisor or a person says; from any thread.

        ``acknowledge`` or ``shelve`` (with ``until``, 0: no longer) name an alarm, ``by`` says who; ``instruments`` has
        the address of each and whether it was stopped on purpose; ``recordings`` what is wrong with them.
        """
        with self._lock:
            for name, told in (what.get("instruments") or {}).items():
                self._told[str(name)] = (str(told[0]), bool(told[1]))
            if isinstance(what.get("recordings"), dict):
                self._recordings = {str(name): str(trouble) for name, trouble in what["recordings"].items()}
            if what.get("acknowledge") or what.get("shelve"):
                self._orders.append(what)

    def look(self) -> None:
        """Look once: take orders, see how all stand, tell, write down, report."""
        now = time.time()
        with self._lock:
            orders, self._orders = self._orders, []
            told, recordings = dict(self._told), dict(self._recordings)
        for order in orders:
            self._obey(order, now)
        self._take_recordings(recordings)
        for name, case in list(self.cases.items()):
            instrument = case.plan.instrument
            if name.startswith(RECORDING):
                trouble = recordings.get(case.plan.instrument, "")
                level = "alarm" if trouble else "ok"
                found = Judgement(name, level, time=now, no_data=bool(trouble), reason=trouble, since=case.since)
                off = ""
            else:
                found = self._watchers[instrument].judgement(name)
                off = f"{instrument} was stopped." if self._is_stopped(instrument, told) else ""
            for telling in case.update(found, now, off):
                self._tell(case, telling)
        for name in [name for name, case in self.cases.items() if name.startswith(RECORDING) and not case.ringing]:
            del self.cases[name]
        self._write()
        statuses = [case.status(now) for case in self.cases.values()]
        if statuses != self._reported:
            self._reported = statuses
            self._report(statuses)

    def _obey(self, order: dict[str, Any], now: float) -> None:
        who = str(order.get("by") or order.get("who") or "")
        if (case := self.cases.get(str(order.get("acknowledge") or ""))) is not None:
            case.acknowledge(who, now)
            log.info("%s is acknowledged by %s", case.plan.name, who)
            if case.plan.instrument in self._watchers:
                self._watchers[case.plan.instrument].release(case.plan.name)
        if (case := self.cases.get(str(order.get("shelve") or ""))) is not None:
            case.shelve(float(order.get("until") or 0.0), who)
            log.info("%s is shelved until %s by %s", case.plan.name, order.get("until") or "now", who)

    def _take_recordings(self, troubles: dict[str, str]) -> None:
        """Make an alarm of each recording in trouble; it is a case until it is over."""
        for recording in troubles:
            name = f"{RECORDING}{recording}"
            if name not in self.cases:
                everybody = tuple(dict.fromkeys(who for alarm in self._plan.alarms for who in alarm.tell))
                plan = AlarmPlan(name, recording, "recording", tell=everybody)
                self.cases[name] = Case(plan, self._plan.repeat, self._plan.pass_on)

    def _tell(self, case: Case, telling: Telling) -> None:
        message = message_of(case, telling.why, self._plan.lab or self._plan.name)
        log.info("%s: to %s", message.title, ", ".join(telling.recipients))
        for name in telling.recipients:
            self._senders.submit(self._deliver, case, name, message)

    def _deliver(self, case: Case, name: str, message: Any) -> None:
        trouble = ""
        try:
            self._send(message, self._recipients[name], self._plan.mail)
        except LabError as error:
            trouble = error.sentence.rstrip(".")
        except Exception as error:
            log.exception("telling %s failed", name)
            trouble = f"{type(error).__name__}: {error}"
        if trouble:
            log.warning("%s could not be told of %s: %s", name, case.plan.name, trouble)
        with self._lock:
            case.delivered(name, trouble)

    def _is_stopped(self, instrument: str, told: dict[str, tuple[str, bool]]) -> bool:
        """Whether it was stopped on purpose: its supervisor says so or, of another PC's, how it went away does."""
        if instrument in told:
            return told[instrument][1]
        return instrument in self._deregistered and self._watchers[instrument].silence > 0.0

    def _find(self, name: str) -> str:
        """Return where an instrument is: as its supervisor sees it, else as the nameservers say."""
        with self._lock:
            uri = self._told.get(name, ("", False))[0]
        if uri:
            return uri
        problem = LabError(f"{name} does not run on this computer, and no nameserver is known that could tell of it")
        for address in self._nameservers:
            try:
                self._found[name] = lookup(address.host, address.port, name, trust=self._identity.trust)
            except LabError as error:
                problem = error
            else:
                self._deregistered.discard(name)
                return self._found[name]
        if name in self._found and isinstance(problem, NotRegistered) and self._watchers[name].silence < _AT_ONCE:
            self._deregistered.add(name)  # one that crashed stays registered, for the autoclean's 20 s at least
        if name in self._found:
            return self._found[name]  # the nameserver is away; the instrument need not be
        raise problem

    # -- written down

    def _recall(self) -> None:
        try:
            with open(self._plan.state_file, encoding="utf-8") as file:
                kept = json.load(file)
            for name, case in self.cases.items():
                if isinstance(kept.get(name), dict):
                    case.recall(kept[name])
        except FileNotFoundError:
            return
        except (OSError, ValueError, AttributeError) as error:
            log.warning("%s cannot be read, so all alarms begin anew: %s", self._plan.state_file, error)

    def _write(self) -> None:
        kept = {name: case.to_plain() for name, case in self.cases.items() if case.ringing or case.shelved_until}
        text = json.dumps(kept)
        if text == self._written or not self._plan.state_file:
            return
        self._written = text
        try:
            temporary = f"{self._plan.state_file}.{os.getpid()}"
            with open(temporary, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, self._plan.state_file)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._plan.state_file, error)
