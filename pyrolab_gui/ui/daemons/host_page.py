"""One PC in the Daemons tab: the selected node's pages, problems and edits of its lab, and what is asked before an act.

Limits: the tree is the tab's; where to go in it is a signal.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.model.problems import LabFileError
from pyrolab_gui.ui.daemons.add_dialog import AddDialog
from pyrolab_gui.ui.daemons.apply_bar import ApplyBar, Standing
from pyrolab_gui.ui.daemons.conflict_dialog import ConflictDialog
from pyrolab_gui.ui.daemons.detail import CONFIGURATION, YAML, Detail
from pyrolab_gui.ui.daemons.empty import NoLab
from pyrolab_gui.ui.daemons.problem_list import ProblemList
from pyrolab_gui.ui.daemons.review_dialog import ReviewDialog
from pyrolab_gui.ui.daemons.template_dialog import TemplateDialog
from pyrolab_gui.ui.daemons.versions_dialog import VersionsDialog
from pyrolab_gui.ui.question_dialog import QuestionDialog, ask
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.viewmodels.daemons_tree import COMPUTER_KEY
from pyrolab_gui.viewmodels.lab_draft import Entry, entry_at
from pyrolab_gui.viewmodels.looks_only import LOOKS_ONLY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QShowEvent

    from pyrolab_gui.model.lab import Kind
    from pyrolab_gui.model.problems import Problem
    from pyrolab_gui.viewmodels.consequences import Verb
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel

_FILE_FILTER = "Lab files (*.yaml *.yml);;All files (*)"


class HostPage(Panel):
    """Shows a `DaemonsViewModel`. Keys are those of that PC alone.

    Signals
    -------
    demoRequested
        Somebody wants the simulated bench.
    logRequested
        Somebody wants the lines of a child (key) around a time, among those of the others.
    selectRequested
        A node is to be selected in the tree.
    entryAdded
        An entry is new, and is to be selected.
    entryRenamed
        A node has another key: the old one, the new one. Told before the tree is another.
    focusRequested
        What had the focus goes: the tree is to have it, before Qt hands it to the next button.
    """

    demoRequested = Signal()
    logRequested = Signal(str, float)
    selectRequested = Signal(str)
    entryAdded = Signal(str)
    entryRenamed = Signal(str, str)
    focusRequested = Signal()

    def __init__(self, vm: DaemonsViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = vm
        self._lab = vm.lab
        self.detail = Detail(vm)
        self.empty = NoLab()
        self.problems = ProblemList()
        self.choose = button("Choose…", kind="primary")
        self.choose.setObjectName("choose-conflicts")
        self.conflicts = Banner("slow", "", buttons=(self.choose,))
        self.bar = ApplyBar()
        self._lay_out()
        self._connect()
        self.detail.show_node(COMPUTER_KEY)
        self._on_lab_changed()

    @property
    def vm(self) -> DaemonsViewModel:
        """What is shown."""
        return self._vm

    def show_node(self, key: str) -> None:
        """Show a node."""
        self.detail.show_node(key)

    def ask_to_open(self) -> QFileDialog:
        """Ask for a lab file, and open it."""
        return self._ask_for_file("Open a lab file", QFileDialog.AcceptMode.AcceptOpen, self._lab.open)

    def ask_for_new(self) -> TemplateDialog:
        """Ask what a new lab file begins with and where it is to be, and make it."""
        dialog = TemplateDialog(self)
        dialog.chosen.connect(self._ask_for_place)
        dialog.open()
        return dialog

    def ask_to(self, verb: Verb, keys: Sequence[str]) -> QuestionDialog | None:
        """Stop or restart; ask first if somebody would notice, and say who."""
        act = partial(self._vm.stop if verb == "stop" else self._vm.restart, keys)
        question = self._vm.question(verb, keys)
        if question is None:
            act()
            return None
        dialog = ask(self, question.title, question.text, question.button, act)
        dialog.say_later(partial(self._vm.ask_hits, keys), first=True)
        return dialog

    def add_entry(self, kind: Kind, daemon: str = "") -> AddDialog:
        """Open the dialog of a new entry."""
        dialog = AddDialog(self._lab, kind, daemon, self)
        dialog.added.connect(self.entryAdded)
        dialog.open()
        return dialog

    def add_instrument(self, daemon: str = "") -> QDialog | None:
        """Help to add an instrument; None, with the reason told, where this window must not."""
        if self._vm.read_only:
            self._vm.say(LOOKS_ONLY)
            return None
        from pyrolab_gui.ui.wizard.wizard import AddInstrumentWizard  # not at the start of every window

        wizard = AddInstrumentWizard(self._vm.new_instrument(daemon), self)
        wizard.added.connect(self.entryAdded)
        wizard.byHand.connect(lambda: self.add_entry("services", daemon))
        wizard.open()
        return wizard

    def menu_for(self, key: str, elsewhere: Mapping[str, Callable[[], object]] | None = None) -> QMenu:
        """Return the menu of a node: what makes sense in its state, and edits of its entry.

        `elsewhere`: the names of other PCs that an instrument could move to, each with what does that.
        """
        menu = QMenu(self)
        allowed = self._vm.allowed([key])
        kind, _, name = key.partition("/")
        if kind == "service":
            menu.addAction("Open console", lambda: self._vm.open_console(name)).setEnabled(
                bool(self._vm.service_uri(name))
            )
        else:
            for text, on, act in (
                ("Start", allowed.start, lambda: self._vm.start([key])),
                ("Restart…", allowed.restart, lambda: self.ask_to("restart", [key])),
                ("Stop…", allowed.stop, lambda: self.ask_to("stop", [key])),
            ):
                menu.addAction(text, act).setEnabled(on)
        entry = Entry.of(key)
        if entry is not None and self._lab.has(entry) and not self._vm.read_only:
            menu.addSeparator()
            if kind == "daemon":
                menu.addAction("Add instrument…", lambda: self.add_instrument(name))
            others = [other for other in self._lab.entries("daemons") if other != self._lab.values(entry).get("daemon")]
            if kind == "service" and (others or elsewhere):
                move = menu.addMenu("Move to")
                for other in others:
                    move.addAction(f"Daemon {other}", partial(self._lab.set_value, entry, "daemon", other))
                if others and elsewhere:
                    move.addSeparator()
                for pc, ask_there in (elsewhere or {}).items():
                    move.addAction(f"{pc}…", ask_there)
            menu.addAction("Rename", lambda: self.detail.focus_field(""))
            menu.addAction("Duplicate", lambda: self.entryAdded.emit(self._lab.duplicate(entry).key))
            for text, keys, down in (("Move up", "Alt+Up", False), ("Move down", "Alt+Down", True)):
                step = menu.addAction(text, partial(self.move_entry, key, down))
                step.setEnabled(self._lab.can_move(entry, down))
                step.setShortcut(keys)
            menu.addAction("Remove from the lab", lambda: self.remove(key, is_current=True))
        return menu

    def remove(self, key: str, *, is_current: bool) -> None:
        """Remove an entry; where the selected node goes with it, what is above is selected."""
        entry = Entry.of(key)
        if entry is None or not self._lab.has(entry):
            return
        if self._vm.read_only:
            self._vm.say(LOOKS_ONLY)
            return
        child = self._vm.child_of(key)
        above = child if key.startswith("service/") and child else COMPUTER_KEY
        self._lab.remove(entry)
        if self._vm.status(key) is None or not is_current:
            self.selectRequested.emit(above)

    def move_entry(self, key: str, down: bool) -> None:
        """Move an entry one place up or down; where its lines do not let that happen, that is told."""
        entry = Entry.of(key)
        if self._vm.read_only or entry is None or not self._lab.has(entry) or not self._lab.can_move(entry, down):
            return
        try:
            self._lab.move(entry, down)
        except LabFileError as error:
            self._vm.say(error.sentence)

    def save(self) -> None:
        """Write the edits to the lab file; what runs goes on as it is."""
        if self._lab.edited:
            self._lab.save()

    def apply(self) -> None:
        """Save, and restart only what changed; show first what that interrupts, and what it would overrule."""
        if self._lab.conflicts or any(effect.interrupts for effect in self._vm.apply.effects()):
            self.review()
        else:
            self._vm.apply.apply()

    def review(self) -> ReviewDialog:
        """Show what applying the edits does."""
        dialog = ReviewDialog(self._lab, self._vm.apply, self)
        dialog.open()
        return dialog

    def refresh(self) -> None:
        """Bring everything up to date."""
        lab, vm = self._lab, self._vm
        errors = sum(problem.severity == "error" for problem in lab.problems)
        focused = self.focusWidget()
        if focused is not None and self.bar.isAncestorOf(focused) and (not lab.edited or not focused.isEnabled()):
            self.focusRequested.emit()
        self.bar.show_state(
            Standing(
                changes=lab.changes,
                refusal=vm.apply.refusal if lab.edited else "",
                restarts=tuple(_name(effect.key) for effect in vm.apply.effects() if effect.interrupts),
                errors=errors,
                warnings=len(lab.problems) - errors,
                waiting=tuple(map(_name, vm.changed_keys)),
                pending=vm.apply.pending,
                waiting_for=vm.apply.waiting_for,
                undo=lab.history.undo_words,
                redo=lab.history.redo_words,
                discarded=lab.can_undo_discard,
                others=vm.presence.sentence,
            )
        )
        self._bar_line.setVisible(not self.bar.isHidden())
        self._show_problems()
        self._show_conflicts()
        self.detail.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Look whether somebody on another PC has written its lab file."""
        super().showEvent(event)
        if self._vm.is_far:
            self._lab.read_again()

    # building

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.detail)
        self._problems_line = Separator()
        self._bar_line = Separator()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.conflicts)
        column.addWidget(self._stack, 1)
        column.addWidget(self._problems_line)
        column.addWidget(self.problems)
        column.addWidget(self._bar_line)
        column.addWidget(self.bar)

    def _connect(self) -> None:
        vm, lab = self._vm, self._lab
        vm.summaryChanged.connect(self.refresh)  # the last signal of every change
        vm.apply.changed.connect(self.refresh)
        vm.presence.changed.connect(self.refresh)
        lab.changed.connect(self._on_lab_changed)
        lab.fileChanged.connect(self._on_file_changed)
        lab.entryRenamed.connect(self._on_entry_renamed)
        lab.stepTaken.connect(self._on_step_taken)
        self.detail.startRequested.connect(lambda key: vm.start([key]))
        self.detail.stopRequested.connect(lambda key: self.ask_to("stop", [key]))
        self.detail.restartRequested.connect(lambda key: self.ask_to("restart", [key]))
        self.detail.logRequested.connect(self.logRequested)
        self.detail.nodeRequested.connect(self.selectRequested)
        self.detail.addServiceRequested.connect(self.add_instrument)
        self.empty.editRequested.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(lab.path))))
        self.empty.readRequested.connect(lab.read_again)
        self.empty.openRequested.connect(self.ask_to_open)
        self.empty.newRequested.connect(self.ask_for_new)
        self.empty.demoRequested.connect(self.demoRequested)
        self.bar.applyRequested.connect(self.apply)
        self.bar.reviewRequested.connect(self.review)
        self.bar.withdrawRequested.connect(vm.apply.withdraw)
        self.bar.discardRequested.connect(lab.discard)
        self.bar.undoRequested.connect(lab.undo)
        self.bar.redoRequested.connect(lab.redo)
        self.bar.restartRequested.connect(lambda: self.ask_to("restart", vm.changed_keys))
        self.choose.clicked.connect(lambda: ConflictDialog(lab, self).open())
        self.bar.problemsToggled.connect(lambda _: self._show_problems())
        self.problems.jumpRequested.connect(self._on_jump_requested)
        self.detail.yaml.versionsRequested.connect(self._show_versions)

    # events

    def _on_file_changed(self) -> None:
        if not self._vm.is_far:  # which comes by itself, while one looks at something else
            self.selectRequested.emit(COMPUTER_KEY)
        self.detail.show_node(self.detail.key)  # which may have a text now
        self.bar.problems.setChecked(bool(self._lab.file_errors))

    def _on_lab_changed(self) -> None:
        lab = self._lab
        mended = self._stack.currentWidget() is self.detail and self.detail.tabs.current() == YAML and lab.path
        known = lab.usable or self._vm.statuses() or mended or self._vm.is_far
        self._stack.setCurrentWidget(self.detail if known else self.empty)
        if lab.path is not None and not lab.usable:
            count = len(lab.problems)
            self.empty.show_reason(
                f"{lab.path.name} cannot be used as it is",
                f"{'One problem' if count == 1 else f'{count} problems'} must be mended in its text first. "
                "They are listed below; the file is read again as soon as it is mended.",
            )
        else:
            self.empty.show_reason()
        self.refresh()

    def _show_problems(self) -> None:
        problems = self._lab.problems
        shown = bool(problems) and (self.bar.problems.isChecked() or not self._lab.usable) and not self.bar.isHidden()
        self.problems.setVisible(shown)
        self._problems_line.setVisible(shown)
        if shown:
            self.problems.show_problems(problems)

    def _show_conflicts(self) -> None:
        found = self._lab.conflicts
        self.conflicts.setVisible(bool(found))
        if found:
            title = f"{found[0]}" if len(found) == 1 else f"You and somebody else changed {len(found)} values."
            self.conflicts.set_content("slow", title, "What you typed holds until you choose.")

    def _on_entry_renamed(self, old: str, new: str) -> None:
        # Before the tree changes: so the node stays selected, and its form with what has the focus.
        self.entryRenamed.emit(old, new)
        self.detail.renamed(old, new)

    def _on_step_taken(self, key: str, field: str) -> None:
        """Show where something was taken back, or made again."""
        entry = Entry.of(key)
        if entry is None or not self._lab.has(entry):
            return
        self.selectRequested.emit(key)
        if field:
            self.detail.focus_field(field)

    def _on_jump_requested(self, problem: Problem) -> None:
        entry = entry_at(problem)
        if entry is not None and self._lab.has(entry) and not self._lab.text_problems:
            self.selectRequested.emit(entry.key)
            self.detail.focus_field(str(problem.path[2]) if len(problem.path) > 2 else "")
            return
        line = problem.line or self._lab.line_of(problem)
        if line:
            if not Entry.of(self.detail.key) or not self._lab.text_problems:
                self.selectRequested.emit(COMPUTER_KEY)
            self._stack.setCurrentWidget(self.detail)
            self.detail.show_page(YAML)
            self.detail.yaml.go_to(line)

    def show_configuration(self) -> None:
        """Go to the form of what is shown."""
        self.detail.show_page(CONFIGURATION)

    def _ask_for_place(self, template: str) -> None:
        self._ask_for_file(
            "New lab", QFileDialog.AcceptMode.AcceptSave, lambda path: self._lab.new(path, template=template)
        )

    def _show_versions(self) -> None:
        VersionsDialog(self._lab, self).open()

    def _ask_for_file(self, title: str, mode: QFileDialog.AcceptMode, use: Callable[[str], object]) -> QFileDialog:
        dialog = QFileDialog(self, title, str(self._lab.folder), _FILE_FILTER)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setDefaultSuffix("yaml")
        if mode is QFileDialog.AcceptMode.AcceptOpen:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: use(path))
        dialog.open()
        return dialog


def _name(key: str) -> str:
    return key.partition("/")[2]
