"""Below the actions: the last result or the history, one at a time, in a place that is there from the start.

So a result pushes nothing away. A call that returns something brings its result to the front; one that returns nothing
does not. Limits: what is shown is the result view's and the history's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.history_list import HistoryList
from pyrolab_gui.ui.console.link_button import LinkButton
from pyrolab_gui.ui.result_view import ResultView
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.runs import Run

LEAST_HEIGHT = 128
LIVE_MS = 200
"""Between two looks at a stream that brings more."""
RESULT, HISTORY = 0, 1


class OutcomePane(Panel):
    """Result and history of one console."""

    repeated = Signal()
    """A call was done again from the history."""

    def __init__(
        self, console: ConsoleViewModel, consoles: ConsolesViewModel | None, parent: QWidget | None = None
    ) -> None:
        super().__init__("base", parent)
        self._console, self._consoles = console, consoles
        self.result = ResultView()
        self.history = HistoryList(console.runs)
        self.history.runChosen.connect(self._on_run_chosen)
        self.history.runActivated.connect(self._on_run_activated)
        self.history.actionChosen.connect(self._on_action_chosen)
        self.history.set_offers(self._offers)
        self.switch = Segmented(["Result", "History"])
        self.switch.setAccessibleName("What is shown")
        self.switch.currentChanged.connect(self._show_page)
        self.repeat = LinkButton("Repeat", "Do the chosen call again with the same arguments")
        self.repeat.clicked.connect(lambda: self._on_action_chosen(self.history.current_run(), "repeat"))
        self.code = LinkButton("Copy as Python", "Copy the chosen call as a script")
        self.code.clicked.connect(lambda: self._on_action_chosen(self.history.current_run(), "lab"))
        self._history_tools = QWidget()
        tools = QHBoxLayout(self._history_tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(4)
        tools.addWidget(self.repeat)
        tools.addWidget(self.code)
        self.empty = TextLabel(
            "Every call and every value sent is listed here, of this window and of others.", 13, 400, "secondary",
            wrap=True,
        )  # fmt: skip
        self.no_result = TextLabel("What an action returns is shown here.", 13, 400, "secondary", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.switch)
        head.addStretch(1)
        head.addWidget(self.result.tools)
        head.addWidget(self._history_tools)
        self.pages = QStackedWidget()
        for page in (self.result, self.history, _top(self.no_result), _top(self.empty)):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 8, 16, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        self.setMinimumHeight(LEAST_HEIGHT)
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(LIVE_MS)
        self._live.timeout.connect(self._show_more)
        self.switch.setCurrent(HISTORY)
        self.refresh()

    def refresh(self) -> None:
        """Take what is new in the history."""
        self.history.refresh()
        self._show_page(self.switch.current())

    def show_run(self, run: Run) -> None:
        """Show how a call ended; one that returned nothing and went well needs no place."""
        self.result.show_run(run)
        if run.error is not None or run.result is not None or run.released:
            self.switch.setCurrent(RESULT)
        self._show_page(self.switch.current())

    def show_live(self, run: Run) -> None:
        """Show what a stream has brought so far: it comes to the front once, and goes on to grow in its place."""
        if self.result.run is not run:
            self.show_run(run)
        elif self.switch.current() == RESULT and not self._live.isActive():
            self._live.start()

    def _show_page(self, index: int) -> None:
        history = index == HISTORY
        if history:
            self.pages.setCurrentIndex(1 if self._console.runs.recent() else 3)
        else:
            self.pages.setCurrentIndex(0 if self.result.run is not None else 2)
        self.result.tools.setVisible(not history)
        self._history_tools.setVisible(history)
        self._show_tools()

    def _show_tools(self) -> None:
        run = self.history.current_run()
        offers = [] if run is None else self._offers(run)
        self.repeat.setVisible("repeat" in offers)
        self.code.setVisible("lab" in offers or "pyro" in offers)

    def _show_more(self) -> None:
        run = self.result.run
        if run is not None and run.outcome == "running":
            self.result.show_run(run)

    # -- history ---------------------------------------------------------------------------------------------------

    def _offers(self, run: Run) -> list[str]:
        """Return what can be done with a line of the history."""
        offers = []
        if run.outcome != "running" and (run.result is not None or run.error is not None):
            offers.append("show")
        if self._console.may_repeat(run) and not self._console.blocked:
            offers.append("repeat")
        if self._code(run, "lab"):
            offers.append("lab")
        if self._code(run, "pyro"):
            offers.append("pyro")
        return offers

    def _code(self, run: Run, form: str) -> str:
        if self._consoles is None:
            return ""
        return self._consoles.code_of(self._console, run, plain=form == "pyro")

    def _on_run_chosen(self, run: Run) -> None:
        if run.outcome != "running" and run.ours:
            self.result.show_run(run)
        self._show_tools()

    def _on_run_activated(self, run: Run) -> None:
        if "show" in self._offers(run):
            self.show_run(run)

    def _on_action_chosen(self, run: Run | None, action: str) -> None:
        if run is None:
            return
        if action == "show":
            self.show_run(run)
        elif action == "repeat":
            self._console.repeat(run)
            self.repeated.emit()
        else:
            code = self._code(run, action) or self._code(run, "pyro")
            QGuiApplication.clipboard().setText(code)


def _top(label: TextLabel) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 4, 0, 0)
    column.addWidget(label)
    column.addStretch(1)
    return page
