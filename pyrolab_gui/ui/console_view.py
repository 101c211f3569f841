"""An instrument's console, generated from its description alone: readings and settings, actions, result, history.

Limits: draws what its view model knows and passes on what is clicked. While hidden it reads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.console import columns
from pyrolab_gui.ui.console.actions_panel import ActionsPanel
from pyrolab_gui.ui.console.console_menu import ConsoleMenu
from pyrolab_gui.ui.console.free_dialog import FreeDialog
from pyrolab_gui.ui.console.header import ConsoleHeader
from pyrolab_gui.ui.console.lock_dialog import LockDialog
from pyrolab_gui.ui.console.outcome_pane import OutcomePane
from pyrolab_gui.ui.console.properties_panel import PropertiesPanel
from pyrolab_gui.ui.console.remembered_splitter import RememberedSplitter
from pyrolab_gui.ui.console.row_menu import open_menu
from pyrolab_gui.ui.console.setting_row import SettingRow
from pyrolab_gui.ui.console.setups_dialog import open_setups
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.call_code import variable_of
from pyrolab_gui.viewmodels.plot_channel import Reading
from pyrolab_gui.viewmodels.value_text import clock_text
from pyrolab_gui.wire.description import unit_of
from pyrolab_gui.wire.health import Health

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from pyrolab_gui.ui.console.method_form import MethodForm
    from pyrolab_gui.ui.console.properties_panel import Row
    from pyrolab_gui.viewmodels.console_layout import View
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel
    from pyrolab_gui.viewmodels.runs import Run
    from pyrolab_gui.wire.description import ServiceDescription

LEFT_WIDTH = 572
RIGHT_WIDTH = 380
UNUSABLE = (Health.LOST, Health.NO_REPLY, Health.NOT_CONNECTED, Health.FAILED)


class ConsoleView(Panel):
    """Shows one console."""

    closeClicked = Signal()
    remedyClicked = Signal(str)
    """The remedy of the verdict, in its words."""
    plotsChosen = Signal(object)
    """A `Reading` that shall go among the plots."""

    def __init__(
        self,
        console: ConsoleViewModel,
        plot: PlotViewModel,
        consoles: ConsolesViewModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("base", parent)
        self._consoles = consoles
        self.console = console
        self._plot = plot
        self.rows: dict[str, Row] = {}
        self.forms: dict[str, MethodForm] = {}
        self.header = ConsoleHeader(console)
        self.header.closeClicked.connect(self.closeClicked)
        self.header.searchChanged.connect(lambda _words: self._arrange())
        self.header.menuRequested.connect(self._open_menu)
        self.header.lockRequested.connect(self.open_lock)
        self.header.expertRequested.connect(lambda: self._set_view("expert"))
        search = QShortcut(QKeySequence.StandardKey.Find, self, context=Qt.ShortcutContext.WindowShortcut)
        search.activated.connect(self.header.open_search)
        self.note = TextLabel("", 12, 400, "secondary", wrap=True)
        self.note.setContentsMargins(24, 8, 24, 0)
        self.banner = Banner("lost", "")
        self._banner_holder = QWidget()
        holder = QVBoxLayout(self._banner_holder)
        holder.setContentsMargins(24, 12, 24, 0)
        holder.addWidget(self.banner)
        self.pages = QStackedWidget()
        self._waiting = EmptyState("hourglass-medium", f"Asking {console.name} what it is")
        self.pages.addWidget(self._waiting)
        unplaced = QWidget(self)  # until it is known what the instrument is; nothing is to be left without a parent
        unplaced.hide()
        self.outcome = OutcomePane(console, consoles, unplaced)
        self.result, self.history = self.outcome.result, self.outcome.history
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(Separator())
        column.addWidget(self._banner_holder)
        column.addWidget(self.note)
        column.addWidget(self.pages, 1)
        self._body: QWidget | None = None
        self._built_from: ServiceDescription | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(100)
        self._tick.timeout.connect(self._on_tick)
        self._age_tick = QTimer(self)
        self._age_tick.setInterval(1000)
        self._age_tick.timeout.connect(self._on_age_tick)
        console.described.connect(self._on_described)
        console.valueChanged.connect(self._on_value_changed)
        console.runsChanged.connect(self._on_runs_changed)
        console.runFinished.connect(self._on_run_finished)
        console.lockChanged.connect(self._apply_lock)
        if consoles is not None:
            consoles.me.changed.connect(self._apply_lock)
        console.progressChanged.connect(self._on_progress_changed)
        console.verdictChanged.connect(self._on_verdict_changed)
        console.pendingChanged.connect(self.header.show_pending)
        plot.channelsChanged.connect(self._on_channels_changed)
        self._on_described()
        self._on_verdict_changed()

    # -- building --------------------------------------------------------------------------------------------------

    def _on_described(self) -> None:
        self.header.show_all()
        description = self.console.description
        self._show_note()
        if description is None:
            self._show_no_description()
            return
        if self._built_from is not description:
            self._build()

    def _show_note(self) -> None:
        """Show what the lab file says to whoever uses the instrument."""
        note = "" if self.console.description is None else self.console.description.note.strip()
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _open_menu(self, where: QPoint) -> None:
        menu = ConsoleMenu(self.console, self)
        menu.viewChosen.connect(self._set_view)
        menu.arrangementChanged.connect(self._arrange)
        menu.searchRequested.connect(self.header.open_search)
        menu.setUpsRequested.connect(self.open_setups)
        menu.freeRequested.connect(self._open_free)
        menu.scriptRequested.connect(self._on_script_requested)
        where.setX(where.x() - menu.sizeHint().width())
        open_menu(menu, where)

    def open_setups(self) -> None:
        """Show the set-ups of this instrument, its group, and the bench."""
        if self._consoles is not None:
            open_setups(self._consoles, self, self.console.name)

    def _open_free(self) -> None:
        if self._consoles is not None:
            dialog = FreeDialog(self._consoles.free(self.console), self)
            dialog.restartRequested.connect(lambda: self.remedyClicked.emit("Restart its daemon"))
            dialog.open()

    def open_lock(self) -> None:
        """Show whose the instrument is, and what can be done about it."""
        LockDialog(self.console, None if self._consoles is None else self._consoles.me, self).open()

    def _on_script_requested(self, to_file: bool) -> None:
        if self._consoles is None:
            return
        if not to_file:
            QGuiApplication.clipboard().setText(self._consoles.script_of(self.console))
            return
        dialog = QFileDialog(self, "Save the history as a script", f"{variable_of(self.console.name)}.py")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("py")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._save_script)
        dialog.open()

    def _save_script(self, path: str) -> None:
        if self._consoles is not None:
            self._consoles.save_script(self.console, path)

    def _set_view(self, view: View) -> None:
        self.console.layout.set_view(view)
        self.header.show_view()
        self._arrange()
        self._apply_usable()

    def _show_no_description(self) -> None:
        error = self.console.describe_error
        if error is None:
            self.pages.setCurrentWidget(self._waiting)
            return
        again = button("Try again", "arrow-clockwise", "primary")
        again.clicked.connect(self.console.refresh)
        page = EmptyState("warning-circle", error.sentence, "", again)
        old = self.pages.currentWidget()
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        if old is not None and old is not self._waiting and old is not self._body:
            self.pages.removeWidget(old)
            old.deleteLater()

    def _build(self) -> None:
        self._built_from = self.console.description
        typed = {name: row.typed() for name, row in self.rows.items() if isinstance(row, SettingRow)}
        self.rows, self.forms = {}, {}
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        left, right = self._build_left(), self._build_right()
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([left.minimumWidth(), 520])
        self.pages.addWidget(split)
        self.pages.setCurrentWidget(split)
        if self._body is not None:
            self.pages.removeWidget(self._body)
            self._body.deleteLater()
        self._body = split
        for name, row in self.rows.items():
            if isinstance(row, SettingRow):
                row.retype(typed.get(name))
        self._on_channels_changed()
        self._apply_usable()

    def _build_left(self) -> QWidget:
        self.property_panel = PropertiesPanel(self.console)
        self.property_panel.layoutChanged.connect(self._arrange)
        self.rows = self.property_panel.rows
        for name, row in self.rows.items():
            row.plot.periodChosen.connect(lambda period, n=name: self._on_period_chosen(n, period))
            row.plot.removeChosen.connect(lambda n=name: self._on_remove_chosen(n))
            row.plot.toPlotsChosen.connect(lambda n=name: self._on_plots_chosen(n))
        area = scroll_area(self.property_panel)
        area.setMinimumWidth(LEFT_WIDTH + self.property_panel.label_width - columns.LABEL)
        return area

    def _arrange(self) -> None:
        """Show what a person arranged, or searches for."""
        if self._body is None:
            return
        words = self.header.words
        self.property_panel.arrange(words)
        self.action_panel.arrange(words)

    def _build_right(self) -> QWidget:
        description = self.console.description
        assert description is not None
        self.action_panel = ActionsPanel(self.console, description.described)
        self.action_panel.runShown.connect(self.show_run)
        self.action_panel.layoutChanged.connect(self._arrange)
        self.forms = self.action_panel.forms
        memory = None if self._consoles is None else self._consoles.memory
        split = RememberedSplitter(Qt.Orientation.Vertical, "console_actions", memory, first=0.55)
        split.addWidget(self.action_panel)
        split.addWidget(self.outcome)
        split.setMinimumWidth(RIGHT_WIDTH)
        return split

    # -- following -------------------------------------------------------------------------------------------------

    def _on_value_changed(self, name: str) -> None:
        row = self.rows.get(name)
        if row is not None:
            row.show_state()

    def _on_runs_changed(self) -> None:
        self.header.show_time()
        self.outcome.refresh()
        for form in self.forms.values():
            form.show_run()
        if self.console.runs.running() and self.isVisible():
            self._tick.start()

    def _on_progress_changed(self) -> None:
        """Show how far a call is, and what a stream has brought so far."""
        self.header.show_time()
        for form in self.forms.values():
            form.show_time()
        streams = [run for run in self.console.runs.running() if run.came]
        if streams:
            self.outcome.show_live(streams[0])

    def _on_run_finished(self, run: Run) -> None:
        row = self.rows.get(run.member)
        if " = " in run.text and isinstance(row, SettingRow):
            if run.outcome == "done":
                row.written()
                row.show_state()
            return
        self.show_run(run)

    def show_run(self, run: Run) -> None:
        """Show how a call ended."""
        self.outcome.show_run(run)

    def _on_tick(self) -> None:
        self.header.show_time()
        for form in self.forms.values():
            form.show_time()
        if not self.console.runs.running():
            self._tick.stop()

    def _on_age_tick(self) -> None:
        self.header.show_time()
        self.header.show_lock_age()
        for row in self.rows.values():
            row.show_age()

    def _on_verdict_changed(self) -> None:
        verdict = self.console.verdict
        self.header.show_verdict()
        bad = verdict.health in UNUSABLE
        self._banner_holder.setVisible(bad)
        if bad:
            since = clock_text(self.console.verdict_since)
            older = any(state.known for state in self.console.members.values())
            text = "Nothing can be sent; the values below are older." if older else "Nothing can be read or sent."
            self.banner.set_content(verdict.health, verdict.sentence, f"Since {since}. {text}")
            buttons = []
            if verdict.health != Health.NOT_CONNECTED or not verdict.remedy:
                again = button("Try now", "arrow-clockwise", "primary")
                again.clicked.connect(self.console.refresh)
                buttons.append(again)
            if verdict.remedy:
                remedy = button(verdict.remedy, kind="plain" if buttons else "primary")
                remedy.clicked.connect(lambda: self.remedyClicked.emit(verdict.remedy))
                buttons.append(remedy)
            if verdict.detail:
                details = button("Details", kind="ghost")
                details.clicked.connect(lambda: show_details(self, verdict.sentence, verdict.detail))
                buttons.append(details)
            self.banner.set_buttons(buttons)
        self._apply_usable()

    def _apply_usable(self) -> None:
        usable = self.console.verdict.health not in UNUSABLE
        for row in self.rows.values():
            row.set_usable(usable)
        for form in self.forms.values():
            form.set_usable(usable, reaches=not usable and self.console.reaches(form.member))
        self._apply_lock()

    def _apply_lock(self) -> None:
        """Hold what would fail because somebody else keeps the instrument."""
        self.header.knows_who = self._consoles is None or self._consoles.me.asked
        self.header.show_lock()
        reason = self.console.blocked
        for row in self.rows.values():
            if isinstance(row, SettingRow):
                row.set_blocked(reason)
            else:
                row.set_allowed(not reason)
        for form in self.forms.values():
            form.set_blocked(reason)
        self.outcome.refresh()

    # -- plot ------------------------------------------------------------------------------------------------------

    def _on_period_chosen(self, name: str, period: float) -> None:
        state = self.console.members[name]
        member = state.member
        recent, shown_unit = list(state.recent), member.shown_unit
        self._plot.add(self.console.lease, name, unit_of(member.returns), period, recent, shown_unit)

    def _on_plots_chosen(self, name: str) -> None:
        member = self.console.members[name].member
        self.plotsChosen.emit(Reading(self.console.name, name, unit_of(member.returns), member.shown_unit))

    def _on_remove_chosen(self, name: str) -> None:
        channel = self._plot.find(self.console.name, name)
        if channel is not None:
            self._plot.remove(channel)

    def _on_channels_changed(self) -> None:
        for name, row in self.rows.items():
            channel = self._plot.find(self.console.name, name)
            row.plot.set_period(None if channel is None else channel.period)
        self.console.set_plotted(
            channel.member for channel in self._plot.channels if channel.instrument == self.console.name
        )

    # -- visibility ------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to read."""
        super().showEvent(event)
        self.console.set_visible(True)
        self._age_tick.start()
        if self.console.runs.running():
            self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Read nothing while nobody looks."""
        super().hideEvent(event)
        self.console.set_visible(False)
        self._age_tick.stop()
        self._tick.stop()
