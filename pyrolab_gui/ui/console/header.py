"""The head of a console: name, class, state, what runs, whose lock it is, and what is not sent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.widgets.button import button, set_icon
from pyrolab_gui.ui.widgets.chip import Chip
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.label_text import plain_doc
from pyrolab_gui.viewmodels.lock_words import lock_words
from pyrolab_gui.viewmodels.value_text import age_text, elapsed_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel

BUSY_AFTER = 0.15
SEARCH_WIDTH = 180
SHORTEST_AGE = 60.0
LOCK_TIP = "Keep the instrument for yourself: for your windows and scripts"
ASK_TIP = "Ask whoever has it to give it to you"


class ConsoleHeader(Panel):
    """The head of one console."""

    closeClicked = Signal()
    searchChanged = Signal(str)
    menuRequested = Signal(QPoint)
    """The place on the screen below which the menu opens."""
    expertRequested = Signal()
    lockRequested = Signal()
    """A person wants to see all about the lock, to ask for it, or to say for what and until when."""

    def __init__(self, console: ConsoleViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._console = console
        self.knows_who = True
        """Whether the person at this window has said who they are."""
        self.setFixedHeight(56)
        self.title = TextLabel(console.name, 18, 600)
        self.class_name = ElidedLabel("", 13)
        self.class_name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.state = StateLabel("unknown")
        self.unknown = Chip("", "slow", "slow_tint", icon="warning")
        self.busy = Chip("", "accent", "info_tint", icon="hourglass-medium")
        self.pending = Chip("", "accent", "info_tint", icon="pencil-simple")
        self.lock_chip = button("Locked by you", "lock-simple", "plain")
        self.lock_chip.setObjectName("console-lock-chip")
        self.lock_chip.clicked.connect(self.lockRequested)
        self.lock = button("Lock", "lock-simple-open", "ghost", LOCK_TIP)
        self.lock.clicked.connect(self._on_lock_clicked)
        self.refresh = button("", "arrow-clockwise", "ghost", "Read all again")
        self.refresh.clicked.connect(console.refresh)
        self.operator = button("Operator view", "funnel", "ghost", "What is advanced or hidden is left out; show it")
        self.operator.clicked.connect(self.expertRequested)
        self.search_button = button("", "magnifying-glass", "ghost", "Search this console (Ctrl+F)")
        self.search_button.clicked.connect(self.open_search)
        self.search = Field(icon="magnifying-glass", placeholder="Search this console", width=SEARCH_WIDTH)
        self.search.textChanged.connect(self.searchChanged)
        self.search.installEventFilter(self)
        self.search.hide()
        self.menu_button = button("", "dots-three", "ghost", "More: view, set-ups, free the instrument, scripts")
        self.menu_button.clicked.connect(self._on_menu_clicked)
        self.close_button = button("", "x", "ghost", "Close this console")
        self.close_button.clicked.connect(self.closeClicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 12, 0)
        row.setSpacing(10)
        for widget in (
            self.title,
            self.class_name,
            self.state,
            self.unknown,
            self.busy,
            self.pending,
            self.lock_chip,
        ):
            row.addWidget(widget)
        row.addStretch(1)
        shown = (self.operator, self.search, self.search_button, self.lock, self.refresh, self.menu_button)
        for each in (*shown, self.close_button):
            row.addWidget(each)
        self.show_all()

    # -- searching -------------------------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.search.text() if self.search.isVisibleTo(self) else ""

    def open_search(self) -> None:
        """Show the field for searching, and go there."""
        self.search_button.hide()
        self.search.show()
        self.search.setFocus()
        self.search.selectAll()

    def close_search(self) -> None:
        """Show everything again."""
        self.search.clear()
        self.search.hide()
        self.search_button.show()
        self.search_button.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc end the search."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_search()
                return True
        return super().eventFilter(watched, event)

    def _on_menu_clicked(self) -> None:
        self.menuRequested.emit(self.menu_button.mapToGlobal(self.menu_button.rect().bottomRight()))

    # -- showing ---------------------------------------------------------------------------------------------------

    def show_all(self) -> None:
        """Show everything anew."""
        self.show_description()
        self.show_verdict()
        self.show_lock()
        self.show_time()
        self.show_pending()
        self.show_view()

    def show_view(self) -> None:
        """Say when something is left out."""
        self.operator.setVisible(self._console.layout.view == "operator")

    def show_description(self) -> None:
        """Show what it is."""
        description = self._console.description
        self.class_name.setText(description.class_name if description is not None else "")
        self.class_name.set_tip(plain_doc(description.doc) if description is not None else "")
        self.lock.setVisible(description is not None and description.lockable and not self._console.read_only)

    def show_verdict(self) -> None:
        """Show its state."""
        verdict = self._console.verdict
        self.state.set_state(verdict.health)
        self.state.setToolTip(verdict.sentence)
        since = self._console.unknown_since
        self.unknown.setVisible(bool(since))
        if since:
            at = time.strftime("%H:%M", time.localtime(since))
            self.unknown.setText(f"State unknown since the restart at {at}")
            self.unknown.setToolTip(
                "Its daemon ended without bringing the instrument to rest, and nothing was done to it since.\n"
                "Look at the instrument, then call its safe state or set what you need."
            )

    def show_lock(self) -> None:
        """Show whose it is."""
        lock = self._console.lock
        self.show_lock_age()
        tip = "" if lock.holder != "other" else "You can watch it; settings and actions wait until it is given back.\n"
        error = f"{lock.error}\n" if lock.error is not None else ""
        self.lock_chip.setToolTip(f"{error or tip}{lock_words(lock)}".strip())
        ours, asks = lock.holder == "ours", lock.holder == "other" and self._console.may_ask
        self.lock.setText("Unlock" if ours else "Ask for it" if asks else "Lock")
        self.lock.setAccessibleName(self.lock.text())
        self.lock.setToolTip("Let others use it again" if ours else ASK_TIP if asks else LOCK_TIP)
        set_icon(self.lock, "lock-simple" if ours else "hand-palm" if asks else "lock-simple-open")
        self.lock.setEnabled(not lock.busy and (lock.holder != "other" or asks))

    def show_lock_age(self) -> None:
        """Show who keeps it, and for how long."""
        lock = self._console.lock
        texts = {"ours": "Locked by you", "other": f"In use by {lock.owner or 'somebody else'}"}
        text = texts.get(lock.holder, "")
        held = time.time() - lock.since if lock.since else 0.0
        if text and held >= SHORTEST_AGE:
            text += f", {age_text(held)}"
        if lock.holder == "ours" and lock.asking:
            text += f" · {lock.asking[0].who} asks for it"
        elif lock.asked is not None:
            text += " · you asked"
        self.lock_chip.setVisible(bool(text))
        if text != self.lock_chip.text():
            self.lock_chip.setText(text)
            self.lock_chip.setAccessibleName(text)

    def show_pending(self) -> None:
        """Show how many settings are typed and not sent."""
        count = self._console.pending_count()
        self.pending.setText(f"{count} not sent")
        self.pending.setVisible(count > 0)

    def show_time(self) -> None:
        """Show what runs, and for how long; nothing while that is a moment."""
        running = [run for run in self._console.runs.occupying() if run.elapsed >= BUSY_AFTER]
        self.busy.setVisible(bool(running))
        if running:
            first = running[0]
            more = f" +{len(running) - 1}" if len(running) > 1 else ""
            who = f" · {first.who}" if not first.ours else " · left running" if first.outcome == "left" else ""
            took = elapsed_text(first.elapsed)
            part = f" · {first.progress:.0%}".replace("%", " %") if first.progress >= 0 else ""
            self.busy.setText(f"{first.member} {took.partition('.')[0]}{part}{who}{more}")

    def _on_lock_clicked(self) -> None:
        holder = self._console.lock.holder
        if holder == "ours":
            self._console.give_lock()
        elif holder == "other" or not self.knows_who:
            self.lockRequested.emit()
        else:
            self._console.take_lock()
