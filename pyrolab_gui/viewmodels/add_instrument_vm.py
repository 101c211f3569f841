"""A new instrument of the lab: which one, what its driver needs, whether it connects, and its entry in the lab file.

Drivers are looked for, described and tested in children of the daemon's interpreter, on the computer of the daemon;
nothing is sent to a port before somebody asks for a test of it. Limits: one question to a driver at a time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.model import emit
from pyrolab_gui.model.lab import Lab
from pyrolab_gui.supervision.plan import plan_of
from pyrolab_gui.supervision.plugged import Plug
from pyrolab_gui.viewmodels.driver_choice import Driver, Needs, as_parameter, chosen, wished_name
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.plugged_in import PluggedIn
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from pyrolab_gui.wire.plans import DaemonPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.supervision.driver_place import Child, DriverPlace
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

__all__ = ["AddInstrumentViewModel", "Plug", "Tested"]

_T = TypeVar("_T")

OWN = ""
"""Instead of a daemon's name: one of its own."""
_CATALOGUE_SECONDS = 120.0
_DESCRIBE_SECONDS = 60.0
_DETECT_SECONDS = 30.0
TEST_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Tested:
    """How a test went: `state` is ``""`` (none), ``running``, ``done`` or ``failed``."""

    state: str = ""
    sentence: str = ""
    detail: str = ""
    identity: str = ""


class AddInstrumentViewModel(QObject):
    """One instrument that is being added.

    Parameters
    ----------
    lab
        The lab under edit.
    background, bridge
        For questions that take a while.
    runs
        Whether a daemon runs, by its name.
    place
        The computer whose ports and drivers are asked.
    daemon
        The daemon that is to host it; empty for the first that hosts nothing yet, or else one of its own.
    """

    plugsChanged = Signal()
    driversChanged = Signal()
    needsChanged = Signal()
    testChanged = Signal()
    detected = Signal(list)
    """What the driver found by itself: texts, or dicts of parameters."""

    def __init__(
        self,
        lab: LabViewModel,
        background: Background,
        bridge: Bridge,
        runs: Callable[[str], bool],
        place: DriverPlace,
        daemon: str = OWN,
    ) -> None:
        super().__init__()
        self._lab = lab
        self._background = background
        self._bridge = bridge
        self._runs = runs
        self._place = place
        self._visa: tuple[str, ...] = ()
        self._lan: tuple[dict[str, str], ...] = ()
        self._folders: list[str] = []
        self._path = ""
        self._closed = False
        self._children: list[Child] = []
        self._testing: Child | None = None
        self._question = 0
        self._test = 0
        self._standing_note = ""
        self.plugged_in = PluggedIn()
        self.plugs_note = ""
        self.drivers: list[Driver] = []
        self.looking = False
        self.catalogue_fault = ""
        self.plug: Plug | None = None
        self.driver: Driver | None = None
        self.daemon = daemon or next(filter(self.is_idle, self.daemons()), OWN)
        self.needs: Needs | None = None
        self.needs_fault: LabError | None = None
        self.tested = Tested()

    # what is there

    def begin(self) -> None:
        """Look for ports and for drivers."""
        self.look_for_ports()
        self._look_for_drivers()

    def add_folder(self, folder: str) -> None:
        """Look in another folder too; the daemon of a driver that is found there gets it as a search path."""
        self._folders.append(folder)
        self._look_for_drivers()

    def _look_for_drivers(self) -> None:
        self.looking, self.catalogue_fault = True, ""
        paths = dict.fromkeys((*self._folders, *self._search_paths()))
        daemon = replace(self._plan(self.daemon), search_paths=tuple(paths))
        child = self._child(
            daemon, "catalogue", {}, lambda news: self._bridge.post(self._unless_closed(self._on_drivers), news)
        )
        self._ask(partial(child.ask, _CATALOGUE_SECONDS), self._on_catalogue, self._on_no_catalogue)
        self.driversChanged.emit()

    def look_for_ports(self) -> None:
        """Look again what is plugged in; nothing is sent to any of it."""
        services = {
            name: dict(values.get("parameters") or {}) for name, values in self._lab.entries("services").items()
        }

        def look() -> PluggedIn:
            return PluggedIn(self._place.ports(), self._visa, services, self._place.holders, self._lan)

        self._ask(look, self._on_ports, self._on_no_ports)

    def look_for_visa(self) -> None:
        """Have VISA look for its instruments, over the network too; asked for by hand only."""
        self.plugs_note = "Looking for VISA instruments…"
        self.plugsChanged.emit()
        child = self._child(self._plan(self.daemon), "visa")
        self._ask(partial(child.ask, _DETECT_SECONDS), self._on_visa, self._on_no_ports)

    def look_in_network(self) -> None:
        """Ask the network for a few seconds who is an instrument; asked for by hand only."""
        self.plugs_note = self._standing_note = "Asking the network…"
        self.plugsChanged.emit()
        child = self._child(
            self._plan(self.daemon), "lan", {}, lambda news: self._bridge.post(self._unless_closed(self._on_lan), news)
        )
        self._ask(partial(child.ask, _DETECT_SECONDS), self._on_lan_over, self._on_no_ports)

    @property
    def pc(self) -> str:
        """What the computer is called whose ports and drivers are asked, where that is another one; else empty."""
        return "" if self._place.is_here else self._place.name

    @property
    def folder(self) -> Path:
        """Where the lab file is."""
        return self._lab.folder

    def drivers_for(self, search: str) -> list[Driver]:
        """Return the drivers in which a search is found, those for what is plugged in first."""
        return chosen(self.drivers, search, self.plug)

    # what is chosen

    def choose_plug(self, plug: Plug | None) -> None:
        """Take what it is plugged into."""
        self.plug = plug
        self.forget_test()
        self.driversChanged.emit()

    def choose_driver(self, driver: Driver | None) -> None:
        """Take a driver, and have it described."""
        if driver == self.driver and (self.needs is not None or driver is None):
            return
        self.driver, self.needs, self.needs_fault = driver, None, None
        self._path = self._as_written(driver.path) if driver is not None and driver.path else ""
        self.forget_test()
        self._question += 1
        self.needsChanged.emit()
        if driver is not None:
            child = self._child(self._plan_for(driver), "describe", _of(driver))
            self._ask(
                partial(child.ask, _DESCRIBE_SECONDS),
                partial(self._on_needs, self._question),
                partial(self._on_no_needs, self._question),
            )

    def choose_daemon(self, daemon: str) -> None:
        """Take the daemon that is to host it; empty for one of its own."""
        if daemon != self.daemon:
            self.daemon = daemon
            self.forget_test()

    @property
    def plugged_value(self) -> str:
        """What the driver's resource parameter is to be, by what was chosen; empty where nothing was."""
        if self.plug is None or self.needs is None or not self.needs.resource:
            return ""
        return as_parameter(self.plug, self.needs.resource)

    def wished_name(self) -> str:
        """Suggest a name."""
        return self._lab.free_name("services", wished_name(self.driver)) if self.driver is not None else ""

    def daemons(self) -> list[str]:
        """Return the daemons that could host it."""
        return list(self._lab.entries("daemons"))

    def is_idle(self, daemon: str) -> bool:
        """Whether a daemon hosts nothing yet, so that what it is given has it for itself."""
        services = self._lab.entries("services").values()
        return bool(daemon) and all(values.get("daemon", "default") != daemon for values in services)

    def nameservers(self) -> list[str]:
        """Return the nameservers that there are."""
        return list(self._lab.entries("nameservers"))

    def name_fault(self, name: str) -> str:
        """Return why it cannot be called that."""
        return self._lab.name_fault("services", name)

    # trying it

    def detect(self) -> None:
        """Have the driver look for its instruments."""
        if self.driver is None:
            return
        child = self._child(self._plan_for(self.driver), "detect", _of(self.driver))
        question = self._question
        self.tested = Tested("running", "The driver looks for instruments…")
        self.testChanged.emit()
        self._ask(partial(child.ask, _DETECT_SECONDS), partial(self._on_detected, question), self._on_not_detected)

    def test(self, parameters: Mapping[str, Any], expect_id: str = "", seconds: float = TEST_SECONDS) -> None:
        """Connect in a child, ask the instrument who it is, and close again; refused where somebody has it."""
        self.forget_test()
        if self.driver is None:
            return
        taken = self._refusal(parameters)
        if taken:
            self.tested = Tested("failed", taken)
            self.testChanged.emit()
            return
        request = {**_of(self.driver), "parameters": dict(parameters), "expect_id": expect_id}
        child = self._testing = self._child(self._plan_for(self.driver), "test", request)
        self.tested = Tested("running", "Connecting…")
        self.testChanged.emit()
        plugged_in = self.plugged_in

        def ask() -> dict[str, Any]:
            held = plugged_in.held_by_a_program(parameters)
            if held:
                raise ConfigInvalid(held)
            return child.ask(seconds)

        self._ask(ask, partial(self._on_tested, self._test), partial(self._on_not_tested, self._test))

    def forget_test(self) -> None:
        """Something changed: what a test said before holds no more, and one under way is ended."""
        self._test += 1
        if self._testing is not None:
            self._testing.end()
            self._testing = None
        if self.tested.state:
            self.tested = Tested()
            self.testChanged.emit()

    # its entry

    def written(self, name: str, values: Mapping[str, Any]) -> str:
        """Return what the lab file will say of it."""
        shown = {key: value for key, value in values.items() if value not in ((), {}, "")}
        lines = emit.block({name or "…": shown}, 0)
        if self.daemon == OWN:
            lines += ["", *emit.block({"daemon " + self._own_daemon(name): self._own_daemon_values()}, 0)]
        return "\n".join(lines)

    def daemon_name(self, name: str) -> str:
        """Return the daemon that hosts it."""
        return self.daemon or self._own_daemon(name)

    def add(self, name: str, values: Mapping[str, Any]) -> Entry:
        """Add it to the lab as one step, with its daemon where that is new.

        Raises
        ------
        ValueError
            With a sentence, if the name cannot be used.
        """
        entry = Entry("services", name)
        fault = self.name_fault(name)
        if fault:
            raise ValueError(fault)
        daemon = Entry("daemons", self.daemon_name(name))
        given = {**values, "daemon": daemon.name}
        own = self._own_daemon_values() if self.daemon == OWN else None
        self._lab.add_hosted(entry, given, daemon, own, self._path)
        return entry

    def close(self) -> None:
        """End what is still being asked."""
        self._closed = True
        for child in self._children:
            child.end()

    # inside

    def _ask(
        self, question: Callable[[], _T], answered: Callable[[_T], object], failed: Callable[[LabError], object]
    ) -> None:
        """Ask in a thread; an answer that comes after the end is dropped."""
        self._background.ask(question, self._unless_closed(answered), self._unless_closed(failed))

    def _unless_closed(self, act: Callable[[_T], object]) -> Callable[[_T], None]:
        def unless_closed(answer: _T) -> None:
            if not self._closed:
                act(answer)

        return unless_closed

    def _own_daemon(self, name: str) -> str:
        return self._lab.free_name("daemons", name or "instrument")

    def _own_daemon_values(self) -> dict[str, Any]:
        return {"search_paths": (self._path,)} if self._path else {}

    def _search_paths(self) -> list[str]:
        daemons = self._lab.entries("daemons").values()
        return list(dict.fromkeys(str(path) for values in daemons for path in values.get("search_paths") or ()))

    def _as_written(self, path: str) -> str:
        """Return a search path as a daemon of the lab has it, relative to the file."""
        for plan, values in zip(self._plans(), self._lab.entries("daemons").values(), strict=False):
            for absolute, written in zip(plan.search_paths, values.get("search_paths", ()), strict=False):
                if absolute == path:
                    return str(written)
        folder = self._lab.folder.resolve()
        return Path(path).relative_to(folder).as_posix() if Path(path).is_relative_to(folder) else path

    def _plans(self) -> tuple[DaemonPlan, ...]:
        lab = self._lab.lab or Lab()
        return plan_of(lab, self._lab.folder).daemons

    def _plan(self, daemon: str) -> DaemonPlan:
        """Return a daemon with its paths as the lab file writes them: they mean something on its computer only."""
        values = self._lab.entries("daemons").get(daemon, {})
        plan = next((plan for plan in self._plans() if plan.name == daemon), DaemonPlan(daemon or "new"))
        paths = tuple(str(path) for path in values.get("search_paths") or ())
        return replace(plan, search_paths=paths, python=str(values.get("python") or ""))

    def _plan_for(self, driver: Driver) -> DaemonPlan:
        plan = self._plan(self.daemon)
        return replace(plan, search_paths=(*plan.search_paths, driver.path)) if driver.path else plan

    def _child(
        self,
        daemon: DaemonPlan,
        what: str,
        request: Mapping[str, Any] | None = None,
        on_news: Callable[[dict[str, Any]], object] = lambda news: None,
    ) -> Child:
        child = self._place.child(daemon, what, request or {}, on_news)
        self._children = [*self._children[-8:], child]  # no more are asked at once
        return child

    def _refusal(self, parameters: Mapping[str, Any]) -> str:
        """Return the sentence that refuses a test, where a service that runs has what parameters name."""
        for named, service in self.plugged_in.users(parameters):
            daemon = str(self._lab.values(Entry("services", service)).get("daemon", ""))
            if self._runs(daemon):
                return (
                    f"{named} is in use by {service}, which daemon {daemon} hosts. "
                    f"Stop {daemon} first, then test again."
                )
        return ""

    # answers

    def _on_ports(self, found: PluggedIn) -> None:
        self.plugged_in = found
        self.plugs_note = self._standing_note
        self.plugsChanged.emit()

    def _on_no_ports(self, error: LabError) -> None:
        self.plugs_note = error.sentence
        self.plugsChanged.emit()

    def _on_visa(self, answer: Mapping[str, Any]) -> None:
        self._visa = tuple(map(str, answer.get("resources", ())))
        self.look_for_ports()

    def _on_lan(self, news: Mapping[str, Any]) -> None:
        self._lan = tuple(news.get("instruments", ()))
        self.look_for_ports()

    def _on_lan_over(self, answer: Mapping[str, Any]) -> None:
        self._lan = tuple(answer.get("instruments", ()))
        self._standing_note = "" if self._lan else "No instrument of the network answered."
        self.look_for_ports()

    def _on_drivers(self, news: Mapping[str, Any]) -> None:
        known = set(self.drivers)
        found = map(Driver.from_plain, news.get("drivers", ()))
        self.drivers.extend(driver for driver in found if driver not in known)
        self.driversChanged.emit()

    def _on_catalogue(self, answer: Mapping[str, Any]) -> None:
        self.looking = False
        self._on_drivers(answer)

    def _on_no_catalogue(self, error: LabError) -> None:
        self.looking = False
        self.catalogue_fault = error.sentence
        self.driversChanged.emit()

    def _on_needs(self, question: int, answer: Mapping[str, Any]) -> None:
        if question == self._question:
            self.needs = Needs.from_plain(answer)
            self.needsChanged.emit()

    def _on_no_needs(self, question: int, error: LabError) -> None:
        if question == self._question:
            self.needs_fault = error
            self.needsChanged.emit()

    def _on_detected(self, question: int, answer: Mapping[str, Any]) -> None:
        if question != self._question:
            return
        found = list(answer.get("found", ()))
        self.tested = Tested() if found else Tested("failed", "The driver found no instrument.")
        self.testChanged.emit()
        if found:
            self.detected.emit(found)

    def _on_not_detected(self, error: LabError) -> None:
        self.tested = Tested("failed", error.sentence, error.detail)
        self.testChanged.emit()

    def _on_tested(self, test: int, answer: Mapping[str, Any]) -> None:
        if test != self._test:
            return
        seconds = float(answer.get("seconds", 0.0))
        took = f"{seconds * 1e3:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
        identity = str(answer.get("identity", ""))
        readings = "\n".join(f"{name} {value}" for name, value in answer.get("readings", ()))
        at = time.strftime("%H:%M:%S")
        said = identity or readings or "It does not say who it is."
        self.tested = Tested("done", f"Connected in {took}", f"{said}\nTested at {at}.", identity)
        self.testChanged.emit()

    def _on_not_tested(self, test: int, error: LabError) -> None:
        if test == self._test:
            self.tested = Tested("failed", error.sentence, error.detail)
            self.testChanged.emit()


def _of(driver: Driver) -> dict[str, str]:
    return {"module": driver.module, "classname": driver.classname}
