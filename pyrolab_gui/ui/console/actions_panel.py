"""The actions of an instrument: *stop* and *safe state* in a place of their own at the top, the others below.

The upper row is always in sight and is never held by a call under way. Favourite calls are buttons above the others.
The form that has the focus, or was opened last, stays in sight when the panel becomes lower, and the bar of an open
form with its *Call* always does. Limits: an urgent action that must be given something is a form among the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.arranged import ArrangedColumn
from pyrolab_gui.ui.console.favourites import FavouritesRow
from pyrolab_gui.ui.console.method_form import MethodForm
from pyrolab_gui.ui.console.patience_menu import add_patience
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.console_layout import URGENT, Favourite

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QMenu

    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.wire.description import MemberDescription

LEAST_HEIGHT = 120


class ActionsPanel(Panel):
    """All actions of one console."""

    runShown = Signal(object)
    """A person asks to see a call's result."""
    layoutChanged = Signal()
    """A person arranged them anew."""

    def __init__(self, console: ConsoleViewModel, described: bool = True, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._console = console
        self.forms: dict[str, MethodForm] = {}
        self._last: MethodForm | None = None
        methods = console.methods()
        urgent = [member for member in methods if _is_urgent(member)]
        self._others = [member for member in methods if member not in urgent]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if urgent:
            self.stop_row = QWidget()
            row = QVBoxLayout(self.stop_row)
            row.setContentsMargins(20, 10, 20, 8)
            row.setSpacing(4)
            for member in urgent:
                row.addWidget(self._add(member, described))
            column.addWidget(self.stop_row)
            column.addWidget(Separator())
        content = Panel("base")
        whole = QVBoxLayout(content)
        whole.setContentsMargins(20, 12, 20, 8)
        whole.setSpacing(0)
        self.favourites = FavouritesRow(console)
        self.favourites.callChosen.connect(self._call_favourite)
        self.column = ArrangedColumn(console.layout, self.layoutChanged.emit, self._extend_menu)
        whole.addWidget(self.favourites)
        whole.addWidget(self.column)
        self._nothing = TextLabel("", 13, 400, "secondary", wrap=True)
        whole.addWidget(self._nothing)
        whole.addStretch(1)
        self._has_urgent = bool(urgent)
        self.column.set_rows({member.name: self._add(member, described) for member in self._others})
        self.area = scroll_area(content)
        self.area.verticalScrollBar().valueChanged.connect(self._stick)
        column.addWidget(self.area, 1)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.arrange("")

    def _add(self, member: MemberDescription, described: bool) -> MethodForm:
        form = MethodForm(self._console, member, described)
        form.runShown.connect(self.runShown)
        form.head.toggled.connect(lambda opened: self._on_opened(form, opened))
        self.forms[member.name] = form
        return form

    def arrange(self, words: str) -> None:
        """Show the actions as they are arranged, or those that are searched for."""
        parts = self._console.layout.parts(self._others, "Actions", words)
        self.column.arrange(parts)
        text = ""
        if not self._others:
            text = f"This instrument has no {'other ' if self._has_urgent else ''}actions."
        elif not parts:
            text = "No action fits these words." if words else "All actions are hidden."
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))
        self.favourites.refresh()
        QTimer.singleShot(0, self, self._stick)

    # -- favourites and patience -----------------------------------------------------------------------------------

    def _extend_menu(self, name: str, menu: QMenu) -> None:
        form = self.forms[name]
        menu.addSeparator()
        keep = menu.addAction("Make a button of this call")
        keep.triggered.connect(lambda: self._keep_favourite(form))
        if form.member.role not in URGENT:
            add_patience(menu, self._console.layout, name)

    def _keep_favourite(self, form: MethodForm) -> None:
        """Make a button of what is filled in, if it can be called."""
        form.open()
        given = form.arguments()
        if given is None:
            form.show_run()
            return
        args, kwargs = given
        kept = self._console.layout.add_favourite(Favourite(form.member.name, args, kwargs))
        if not kept:
            form.say("An array or bytes cannot be kept in a button.")
        self.favourites.refresh()

    def _call_favourite(self, favourite: Favourite) -> None:
        form = self.forms.get(favourite.member)
        if form is not None:
            form.call_with(favourite.args, favourite.kwargs)

    # -- in sight --------------------------------------------------------------------------------------------------

    def _stick(self) -> None:
        """Keep the bar of the form that begins above the sight in it."""
        top = self.area.verticalScrollBar().value()
        content = self.area.widget()
        for form in self.forms.values():
            if content is not None and content.isAncestorOf(form) and form.isVisible():
                form.stick(top - form.mapTo(content, form.rect().topLeft()).y())

    def _on_opened(self, form: MethodForm, opened: bool) -> None:
        if opened:
            self._last = form
            QTimer.singleShot(0, self, self._show_last)

    def _show_last(self) -> None:
        """Bring the open form into sight: its end first, then its beginning, which is the more important."""
        form = self._last
        content = self.area.widget()
        if form is not None and form.isVisible() and content is not None and content.isAncestorOf(form):
            top = form.mapTo(content, form.rect().topLeft()).y()
            self.area.ensureVisible(0, top + form.height(), 0, 8)
            self.area.ensureVisible(0, top, 0, 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in sight what the hand is in."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._stick)
        focus = QApplication.focusWidget()
        if focus is not None and self.area.isAncestorOf(focus):
            QTimer.singleShot(0, self, self._show_focus)

    def _show_focus(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.area.isAncestorOf(focus):
            self.area.ensureWidgetVisible(focus, 0, 36)


def _is_urgent(member: MemberDescription) -> bool:
    """Whether it has its place at the top: *stop* or *safe state*, called with nothing."""
    return member.role in URGENT and not any(parameter.required for parameter in member.parameters)
