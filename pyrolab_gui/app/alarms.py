"""Shows the alarms in the window's frame (top bar, status bar), and opens the dialog in which they are seen and set up.

Limits: the alarm file that is edited stands beside the lab file of this PC.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.alarms_vm import clock_text
from pyrolab_gui.viewmodels.plot_channel import Threshold
from pyrolab_gui.viewmodels.registry_rows import RowAlarm
from pyrolab_gui.viewmodels.value_text import count_text
from pyrolab_gui.wire.alarms import AlarmState

if TYPE_CHECKING:
    from pyrolab_gui.ui.alarms.dialog import AlarmsDialog
    from pyrolab_gui.ui.main_window import MainWindow
    from pyrolab_gui.viewmodels.alarms_vm import AlarmRow
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel
    from pyrolab_gui.viewmodels.plots_page import PlotPage
    from pyrolab_gui.viewmodels.workspace import Workspace

STATUS = "alarms"
WORDS = ("alarm", "warning")


class AlarmsFrame:
    """Connects the frame to the alarms."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        self._window, self._work = window, workspace
        self._dialog: AlarmsDialog | None = None
        self._drawn: weakref.WeakSet[Channel] = weakref.WeakSet()
        workspace.alarms.changed.connect(self._show)
        workspace.alarms.changed.connect(self._mark_instruments)
        workspace.lab.fileChanged.connect(self._show)
        workspace.alarms.readingsChanged.connect(self._mark_readings)
        workspace.consoles.opened.connect(self._on_console_opened)
        workspace.plots.pageAdded.connect(self._on_page_added)
        for page in workspace.plots.pages:
            self._on_page_added(page)
        window.alarmsRequested.connect(self.show)
        window.statusActivated.connect(self._on_status_activated)
        self._show()
        self._mark_instruments()

    def show(self) -> None:
        """Open the dialog, or bring it to the front; where nothing is set up yet it opens on the forms' invitation."""
        if self._dialog is None:
            self._dialog = self._made()
            self._dialog.destroyed.connect(self._on_destroyed)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _made(self) -> AlarmsDialog:
        from pyrolab_gui.ui.alarms.dialog import AlarmsDialog
        from pyrolab_gui.viewmodels.alarm_edits import AlarmEdits

        work = self._work
        edits = None
        if work.lab.path is not None:
            edits = AlarmEdits(
                work.lab.path, lambda: work.lab.saved_lab, work.background, read_only=work.alarms.read_only
            )
        dialog = AlarmsDialog(work.alarms, edits, self._window)
        if edits is not None:
            edits.setParent(dialog)
        return dialog

    def _on_destroyed(self) -> None:
        self._dialog = None

    def _on_status_activated(self, key: str) -> None:
        if key == STATUS:
            self.show()

    def _on_console_opened(self, console: ConsoleViewModel) -> None:
        console.described.connect(lambda: self._mark(console))
        self._mark(console)

    def _mark_readings(self) -> None:
        for console in self._work.consoles.consoles():
            self._mark(console)

    def _mark_instruments(self) -> None:
        """Mark in the registry and in the list of the consoles the instruments a value of which is out."""
        out = {name: row for name, row in self._work.alarms.worst().items() if row.alarm.level != "ok"}
        self._work.registry.set_alarms({name: row_alarm(row) for name, row in out.items()})
        self._work.consoles.set_alarms({name: (row.alarm.level, row.summary()) for name, row in out.items()})

    def _mark(self, console: ConsoleViewModel) -> None:
        """Colour the readings of a console that are beyond a watched bound."""
        for name, state in console.members.items():
            row = self._work.alarms.level(console.name, name)
            level, text = (row.alarm.level, row.summary()) if row is not None else ("", "")
            if (state.alarm, state.alarm_text) != (level, text):
                state.alarm, state.alarm_text = level, text
                console.valueChanged.emit(name)

    def _on_page_added(self, page: PlotPage) -> None:
        plot = page.plot
        plot.channelsChanged.connect(lambda: self._draw_bounds(plot))
        self._draw_bounds(plot)

    def _draw_bounds(self, plot: PlotViewModel) -> None:
        """Draw what is watched with a reading that comes onto a plot; taken off by hand, it stays off."""
        for channel in plot.channels:
            bounds = self._work.alarms.bounds(channel.instrument, channel.member)
            if bounds and channel not in self._drawn:
                self._drawn.add(channel)
                if not channel.thresholds:
                    plot.set_thresholds(channel, [Threshold(side, value, kind) for side, value, kind in bounds])

    def _show(self) -> None:
        alarms = self._work.alarms
        raised, calling = alarms.raised, alarms.calling
        if raised:
            first = raised[0]
            levels = [row.alarm.level for row in calling or raised]
            counts = {word: sum((level == "alarm") is (word == "alarm") for level in levels) for word in WORDS}
            word = "alarm" if counts["alarm"] else "warning"
            strong = ", ".join(count_text(count, word) for word, count in counts.items() if count)
            tip = "\n".join(f"{row.alarm.name}: {row.summary()}" for row in raised)
            state = "alarm" if word == "alarm" else "warning"
            self._window.set_alarm(state if calling else "stale", strong, _short(first), tip)
        else:
            self._window.set_alarm("live")
        problems = alarms.problems
        if problems:
            text, state = "not all are watched", "warning"
        elif raised:
            acknowledged = sum(1 for row in raised if row.alarm.acknowledged)
            text = f"{len(raised)} of {len(alarms.rows)} raised"
            text += f", {acknowledged} acknowledged" if acknowledged else ""
            state = state if calling else "stale"
        elif alarms.rows:
            off = sum(1 for row in alarms.rows if row.alarm.state in (AlarmState.OFF, AlarmState.WAITING))
            text = f"{len(alarms.rows)} well" if not off else f"{len(alarms.rows) - off} well, {off} not judged"
            state = "live" if not off else "not asked"
        else:
            text, state = "none", "unknown"
        if alarms.mute and not problems:
            count = len(alarms.mute)
            text += f" · {count} {'tells' if count == 1 else 'tell'} nobody"
        self._window.set_status(STATUS, state, "Alarms", text, "\n".join(problems))


def row_alarm(row: AlarmRow) -> RowAlarm:
    """Return what the registry shows of an alarm."""
    alarm = row.alarm
    return RowAlarm(alarm.level, row.summary(), alarm.reading.rpartition(".")[2], alarm.value, alarm.unit)


def _short(row: AlarmRow) -> str:
    """Return value, since and who knows, as short as can be."""
    alarm = row.alarm
    value = alarm.sentence.partition(", ")[0].rstrip(".") if alarm.value is not None else f"{alarm.reading}: no data"
    since = clock_text(alarm.since) if alarm.since else ""
    return " · ".join(part for part in (value, since, row.people()) if part)
