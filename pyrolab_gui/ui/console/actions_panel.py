"""The actions of an instrument: *stop* and *safe state* in a place of their own at the top, the others below.

The upper row is always in sight and is never held by a call under way. The form that has the focus, or was opened
last, stays in sight when the panel becomes lower. Limits: an urgent action that must be given something is a form
among the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.method_form import URGENT, MethodForm
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.wire.description import MemberDescription

LEAST_HEIGHT = 120


class ActionsPanel(Panel):
    """All actions of one console."""

    runShown = Signal(object)
    """A person asks to see a call's result."""

    def __init__(self, console: ConsoleViewModel, described: bool = True, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.forms: dict[str, MethodForm] = {}
        self._last: MethodForm | None = None
        methods = console.methods()
        urgent = [member for member in methods if _is_urgent(member)]
        others = [member for member in methods if member not in urgent]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if urgent:
            self.stop_row = QWidget()
            row = QVBoxLayout(self.stop_row)
            row.setContentsMargins(20, 10, 20, 8)
            row.setSpacing(4)
            for member in urgent:
                row.addWidget(self._add(console, member, described))
            column.addWidget(self.stop_row)
            column.addWidget(Separator())
        content = Panel("base")
        forms = QVBoxLayout(content)
        forms.setContentsMargins(20, 12, 20, 8)
        forms.setSpacing(0)
        forms.addWidget(SectionHead("Actions"))
        for member in others:
            forms.addWidget(self._add(console, member, described))
        if not others:
            text = "This instrument has no other actions." if urgent else "This instrument has no actions."
            forms.addWidget(TextLabel(text, 13, 400, "secondary"))
        forms.addStretch(1)
        self.area = scroll_area(content)
        column.addWidget(self.area, 1)
        self.setMinimumHeight(LEAST_HEIGHT)

    def _add(self, console: ConsoleViewModel, member: MemberDescription, described: bool) -> MethodForm:
        form = MethodForm(console, member, described)
        form.runShown.connect(self.runShown)
        form.head.toggled.connect(lambda opened: self._on_opened(form, opened))
        self.forms[member.name] = form
        return form

    def _on_opened(self, form: MethodForm, opened: bool) -> None:
        if opened:
            self._last = form
            QTimer.singleShot(0, self, self._show_last)

    def _show_last(self) -> None:
        """Bring the open form into sight: its end first, then its beginning, which is the more important."""
        form = self._last
        if form is not None and form.isVisible():
            self.area.ensureWidgetVisible(form.call_button, 0, 8)
            self.area.ensureWidgetVisible(form.head, 0, 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in sight what the hand is in."""
        super().resizeEvent(event)
        focus = QApplication.focusWidget()
        if focus is not None and self.area.isAncestorOf(focus):
            QTimer.singleShot(0, self, self._show_focus)

    def _show_focus(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.area.isAncestorOf(focus):
            self.area.ensureWidgetVisible(focus, 0, 8)


def _is_urgent(member: MemberDescription) -> bool:
    """Whether it has its place at the top: *stop* or *safe state*, called with nothing."""
    return member.role in URGENT and not any(parameter.required for parameter in member.parameters)
