"""Keeps the frame up to date with what the view models know (sums, badges, links), and leads from page to page."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from pyrolab_gui.app.alarms import AlarmsFrame
from pyrolab_gui.app.pages import PagesFrame
from pyrolab_gui.supervision.version import version
from pyrolab_gui.ui.command import Command
from pyrolab_gui.ui.theme import STATE_WORDS
from pyrolab_gui.ui.top_bar import OTHERS
from pyrolab_gui.viewmodels.daemons_registry import lab_names
from pyrolab_gui.viewmodels.daemons_tree import COMPUTER_KEY, node_key
from pyrolab_gui.viewmodels.lab_health import sum_up
from pyrolab_gui.viewmodels.lab_watch import LabWatch
from pyrolab_gui.wire.health import Health

if TYPE_CHECKING:
    from pyrolab_gui.ui.consoles_tab import ConsolesTab
    from pyrolab_gui.ui.daemons_tab import DaemonsTab
    from pyrolab_gui.ui.main_window import MainWindow
    from pyrolab_gui.ui.plots.dragging import DraggedResult
    from pyrolab_gui.ui.recordings_tab import RecordingsTab
    from pyrolab_gui.ui.registry_tab import RegistryTab
    from pyrolab_gui.viewmodels.hosts_vm import FarHost
    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.registry_vm import NameserverLink
    from pyrolab_gui.viewmodels.workspace import Workspace

_SECOND_MS = 1_000
_ALARMING = (Health.NO_REPLY, Health.NOT_CONNECTED, Health.LOST, Health.FAILED)


class Frame:
    """Connects a window's frame to a workspace.

    Parameters
    ----------
    window
        The window, with its three pages.
    workspace
        What it shows.
    registry, daemons, consoles, recordings
        The pages.
    """

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        registry: RegistryTab,
        daemons: DaemonsTab,
        consoles: ConsolesTab,
        recordings: RecordingsTab,
    ) -> None:
        self._window = window
        self._workspace = workspace
        self._registry = registry
        self._daemons = daemons
        self._consoles = consoles
        self._recordings = recordings
        work = workspace
        work.registry.countsChanged.connect(self._show_health)
        work.registry.linkChanged.connect(self._on_link_changed)
        work.registry.consoleRequested.connect(self._on_console_requested)
        work.registry.daemonRequested.connect(self._on_daemon_requested)
        work.registry.restartRequested.connect(lambda key: daemons.ask_to("restart", [key]))
        work.daemons.summaryChanged.connect(self._on_summary_changed)
        work.lab.loaded.connect(self._show_health)
        work.lab.changed.connect(self._on_lab_changed)
        work.lab.fileChanged.connect(self._on_lab_changed)
        work.lab.fileChanged.connect(self._on_file_changed)
        self._watch = LabWatch(work.lab)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._watch.look)
        work.daemons.consoleRequested.connect(self._on_console_requested)
        work.hosts.added.connect(self._on_host_added)
        work.hosts.changed.connect(self._on_summary_changed)
        work.hosts.removed.connect(window.logs.detach)
        daemons.logRequested.connect(window.show_lines)
        registry.daemonsRequested.connect(lambda: window.set_current("daemons"))
        registry.nameserverRequested.connect(self._on_nameserver_requested)
        consoles.startRequested.connect(work.daemons.start_all)
        consoles.instrumentRequested.connect(self.add_instrument)
        consoles.registryRequested.connect(lambda: window.set_current("registry"))
        consoles.remedyRequested.connect(self._on_remedy_requested)
        consoles.readingChosen.connect(self._on_reading_chosen)
        consoles.resultChosen.connect(self._on_result_chosen)
        self._clock = QTimer(window)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self._show_recording)
        work.recordings.rowsChanged.connect(self._show_recording)
        recordings.plotsRequested.connect(lambda: window.set_current("plots"))
        window.safeStateRequested.connect(self.ask_for_safe_state)
        work.consoles.rowsChanged.connect(self._offer_safe_state)
        window.set_read_only(work.consoles.read_only)
        window.statusActivated.connect(self._on_status_activated)
        window.healthActivated.connect(self._on_health_activated)
        for page, main in ((registry, registry.table), (daemons, daemons.tree), (consoles, consoles.list)):
            page.setFocusProxy(main)
        window.set_commands(self.commands)
        self._show_health()
        self._on_link_changed(work.registry.link)
        self._on_summary_changed()
        self._on_lab_changed()
        self._show_recording()
        self.alarms = AlarmsFrame(window, work)
        self.pages = PagesFrame(window, work)

    def commands(self) -> list[Command]:
        """Return what the palette offers now: instruments first."""
        work = self._workspace
        found = [
            Command(row.name, partial(self._open_known, row.name), "Instrument", "sliders-horizontal")
            for row in work.consoles.rows()
        ]
        allowed = work.daemons.allowed_all()
        if allowed.start:
            found.append(Command("Start all", work.daemons.start_all, "", "play"))
        if allowed.stop:
            found.append(Command("Stop all…", partial(self._daemons.ask_to, "stop", [COMPUTER_KEY]), "", "stop"))
        if self._may_be_safe():
            found.append(Command("Safe state…", self.ask_for_safe_state, "", "shield-warning"))
        if not work.consoles.read_only:
            found.append(Command("Record…", self._ask_to_record, "", "record"))
            found.append(Command("Add an instrument…", self.add_instrument, "", "plus"))
        found.append(Command("Alarms…", self.alarms.show, "", "bell"))
        if work.lab.path is not None:
            found.append(Command("Overview pages…", self.pages.show, "", "monitor"))
        found.append(
            Command("Since… what happened, what waits", self._on_since_requested, "", "clock-counter-clockwise")
        )
        for status in work.daemons.statuses():
            found.append(
                Command(
                    status.name, partial(self._on_daemon_requested, status.key), status.kind.title(), "hard-drives"
                ),
            )
        for host in work.hosts.hosts:
            for status in host.daemons.statuses():
                go = partial(self._on_daemon_requested, node_key(host.key, status.key))
                title = f"{status.name} on {host.daemons.name}"
                found.append(Command(title, go, status.kind.title(), "hard-drives"))
        return found

    def add_instrument(self) -> None:
        """Help to add an instrument to the lab of this PC."""
        self._window.set_current("daemons")
        self._daemons.add_instrument()

    def _may_be_safe(self) -> bool:
        """Whether there is anything to bring into its safe state from here."""
        consoles = self._workspace.consoles
        return bool(consoles.rows()) and not consoles.read_only

    def _offer_safe_state(self) -> None:
        self._window.offer_safe_state(self._may_be_safe())

    def ask_for_safe_state(self) -> None:
        """Ask which instruments are to be brought into their safe state; the one that is shown is offered first."""
        from pyrolab_gui.ui.safe_state_dialog import SafeStateDialog

        work = self._workspace
        current = work.consoles.current
        name = current.name if current is not None and self._window.current() == "consoles" else ""
        scopes = work.consoles.scopes(name)
        safe = work.consoles.safe_state()
        SafeStateDialog(safe, scopes, 0, self._window).open()

    def _ask_to_record(self) -> None:
        self._window.set_current("recordings")
        self._recordings.ask_to_record()

    def _show_recording(self) -> None:
        """Show in the status bar what is recorded, and for how long; each second as long as anything is."""
        state, text, tip = self._workspace.recordings.status(time.time())
        self._window.set_status("recorder", state or "stopped", "Recorder", text or "nothing is recorded", tip)
        self._window.set_badge("recordings", state, len(self._workspace.recordings.in_trouble()))
        if bool(text) != self._clock.isActive():
            (self._clock.start if text else self._clock.stop)()

    def _on_since_requested(self) -> None:
        self._window.set_current("daemons")
        self._daemons.show_since()

    def _open_known(self, name: str) -> None:
        if self._workspace.consoles.open_known(name) is not None:
            self._window.set_current("consoles")

    def _show_health(self) -> None:
        """Sum up the instruments; what only serves them (nameservers, daemons) is not counted, but a failed one is."""
        work = self._workspace
        services = work.daemons.expected()
        for host in work.hosts.hosts:
            services = host.daemons.expected() | services
        health = sum_up(services, work.registry.rows.values())
        failed = len(work.daemons.failed)
        self._window.set_health([("failed", failed), *health.counts], health.expected, health.others)
        self._registry.foot.show_health(health)
        alarming = [(state, count) for state, count in health.counts if state in _ALARMING]
        worst = alarming[0][0] if alarming else Health.LOST
        self._window.set_badge("registry", worst, sum(count for _, count in alarming))

    def _on_link_changed(self, link: NameserverLink) -> None:
        if link.nameserver is None:
            self._window.set_status("nameserver", "unknown", "Nameserver", "none chosen")
            return
        text = link.nameserver.address
        if link.foreign:
            text += " · not of this lab"
        elif link.starting or not link.reachable:
            text += f" · {STATE_WORDS.get(link.shown, link.shown)}"
        self._window.set_status("nameserver", link.shown, "Nameserver", text, link.sentence)

    def _on_summary_changed(self) -> None:
        daemons = self._workspace.daemons
        far = [host.daemons for host in self._workspace.hosts.hosts]
        everywhere = (daemons, *far)
        failed = sum(len(pc.failed) for pc in everywhere)
        silent = sum(len(pc.silent) for pc in everywhere)
        crashed, running = sum(len(pc.crashes) for pc in everywhere), daemons.running
        state = "failed" if failed else "unresponsive" if silent else "warning" if crashed else "live"
        wrong = len(self._workspace.lab.file_errors)
        self._window.set_badge("daemons", "failed" if wrong else state, failed or wrong or silent or crashed)
        processes = "1 process" if running == 1 else f"{running} processes"
        text = f"this PC · {processes}" if running else "this PC · nothing runs"
        for count, words in ((failed, "failed"), (silent, "no reply"), (crashed, "restarted")):
            if count:
                text += f" · {count} {words}"
        reachable, sentence = daemons.supervisor_link
        theirs = self._workspace.supervisor.info().version
        if reachable and theirs and theirs != version():
            text += f" · version {theirs}"
        if not reachable:
            state, text = "lost", "this PC · not reachable"
        away = [pc.name for pc in far if pc.absence[0]]
        if away:
            text += f" · {away[0]} not reachable" if len(away) == 1 else f" · {len(away)} other PCs not reachable"
        elif far:
            text += " · 1 other PC" if len(far) == 1 else f" · {len(far)} other PCs"
        self._window.set_status("supervisor", state, "Supervisor", text, sentence)
        self._consoles.offer_start(bool(daemons.expected()) and daemons.allowed_all().start)
        self._show_health()

    def _on_host_added(self, host: FarHost) -> None:
        host.daemons.consoleRequested.connect(self._on_console_requested)
        self._window.logs.attach(host.supervisor, host.background, host.key, host.daemons.name)

    def _on_lab_changed(self) -> None:
        lab = self._workspace.lab
        self._window.set_lab(lab.name or "No lab", lab.path)
        self._window.set_edited(lab.edited)
        self._on_summary_changed()

    def _on_file_changed(self) -> None:
        if self._workspace.lab.file_errors:
            self._window.set_current("daemons")  # where they are listed

    def _on_console_requested(self, uri: str, name: str) -> None:
        self._workspace.consoles.open(uri, name)
        self._window.set_current("consoles")

    def _on_nameserver_requested(self) -> None:
        self._window.set_current("daemons")
        self._daemons.add_nameserver()

    def _on_daemon_requested(self, key: str) -> None:
        self._window.set_current("daemons")
        self._daemons.select(key)

    def _on_remedy_requested(self, name: str, remedy: str) -> None:
        """Do what the banner of a console offers: about its daemon if that is one of ours, else show the entry."""
        daemons = self._workspace.daemons
        key = lab_names(daemons).get(name, "")
        allowed = daemons.allowed([key])
        if self._workspace.registry.remedy(name) == remedy:
            self._workspace.registry.apply_remedy(name)
        elif allowed.restart:
            self._daemons.ask_to("restart", [key])
        elif allowed.start:
            daemons.start([key])
        else:
            self._window.set_current("registry")
            self._registry.select(name)

    def _on_reading_chosen(self, reading: Reading) -> None:
        if self._workspace.plots.add_reading(reading) is not None:
            self._window.set_current("plots")

    def _on_result_chosen(self, result: DraggedResult) -> None:
        if self._workspace.plots.add_result(result.label, result.value, result.returns, call=result.call):
            self._window.set_current("plots")

    def _on_status_activated(self, key: str) -> None:
        self._window.set_current(
            {"nameserver": "registry", "supervisor": "daemons", "recorder": "recordings"}.get(
                key, self._window.current()
            )
        )

    def _on_health_activated(self, state: str) -> None:
        if state == "failed":
            self._window.set_current("daemons")
            return
        self._window.set_current("registry")
        self._registry.set_filter("" if state == OTHERS else state)
