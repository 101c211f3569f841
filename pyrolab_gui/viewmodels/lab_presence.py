"""Who else has edits of the open lab file that are not saved: told before either saves.

The supervisor is told of one's own as long as there are some, and answers with those of others. Limits: windows only;
who writes the file with an editor of text is noticed when it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.viewmodels.registry_rows import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.supervision import LabEditor

_AGAIN_MS = 3000


class LabPresence(QObject):
    """Others who edit the same file.

    Parameters
    ----------
    lab
        The file and one's own edits.
    supervisor
        Told, and asked.
    background
        Asks it.
    post
        Where somebody new is told.
    me
        As whom this window introduces itself.
    """

    changed = Signal()

    def __init__(
        self,
        lab: LabViewModel,
        supervisor: SupervisorApi,
        background: Background,
        post: Callable[[Notice], object],
        me: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._lab = lab
        self._supervisor = supervisor
        self._background = background
        self._post = post
        self._me = me
        self._said: tuple[str, bool] = ("", False)
        self._asking = False
        self._others: tuple[LabEditor, ...] = ()
        self._timer = QTimer(self, interval=_AGAIN_MS)
        self._timer.timeout.connect(self.look)
        lab.changed.connect(self._on_lab_changed)
        lab.loaded.connect(self._on_lab_changed)

    @property
    def sentence(self) -> str:
        """Who else edits, and since when; empty where nobody does."""
        if not self._others:
            return ""
        names = " and ".join(dict.fromkeys(map(self._name, self._others)))
        return f"{names} edits it too, since {clock(self._others[0].since)[:5]}"

    def _name(self, editor: LabEditor) -> str:
        return "another window of yours" if editor.who == self._me else editor.who

    def _on_lab_changed(self) -> None:
        edited = self._lab.edited
        if edited != self._timer.isActive():
            if edited:
                self._timer.start()
            else:
                self._timer.stop()
        if (self._lab.place, edited) != self._said:
            self.look()

    def look(self) -> None:
        """Say how many edits there are, and ask who else has some."""
        if self._asking:
            return
        path, edited = self._lab.place, self._lab.edited
        before, self._said = self._said, (path, edited)
        if not path or not (edited or before[1]):
            return
        changes = self._lab.changes
        self._asking = True
        self._background.ask(lambda: self._tell(before[0], path, changes), self._on_others, self._on_none)

    def _tell(self, before: str, path: str, changes: int) -> tuple[LabEditor, ...]:
        if before and before != path:
            self._supervisor.editing(before, 0)
        return self._supervisor.editing(path, changes)

    def _on_none(self, _error: LabError) -> None:
        """An older supervisor, or none that answers: nothing is known of others."""
        self._on_others(())

    def _on_others(self, others: tuple[LabEditor, ...]) -> None:
        self._asking = False
        if (self._lab.place, self._lab.edited) != self._said:
            self.look()
        shown = others if self._lab.edited else ()
        known = {editor.client for editor in self._others}
        before, self._others = self.sentence, shown
        for editor in shown:
            if editor.client not in known:
                self._tell_of(editor)
        if self.sentence != before:
            self.changed.emit()

    def _tell_of(self, editor: LabEditor) -> None:
        name = self._name(editor)
        words = f"{name[:1].upper()}{name[1:]}" if editor.who == self._me else name
        sentence = (
            f"{words} has changes of {self._lab.file_name} too, not saved, since {clock(editor.since)[:5]}. "
            "Who saves second gets both merged, and is asked where you both changed one value."
        )
        self._post(Notice("info", sentence, about="who else edits"))
