"""The lab file of another PC under edit: fetched from its supervisor, and given back with its version.

The supervisor checks and writes it; until it has answered, orders that follow wait (`after_save`). What is
refused, because somebody else wrote the file meanwhile or because of an error, is an edit again. Limits: the file that
the supervisor has; others cannot be opened from here.
"""

from __future__ import annotations

import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision.lab_text import version_of
from pyrolab_gui.viewmodels.lab_versions import lab_version
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.wire.supervision import LabText

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.lab_draft import LabDraft
    from pyrolab_gui.viewmodels.lab_versions import LabVersion
    from pyrolab_gui.viewmodels.notifications import Kind as NoticeKind
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.supervision import LabProblem


class FarLab(LabViewModel):
    """One lab file on another PC.

    Parameters
    ----------
    notifications
        Told of what became of a save.
    supervisor
        Hands the file out and takes it.
    background
        Asks it.
    host
        What the PC is called.

    Signals
    -------
    answered
        The supervisor has answered to a save: whether it took it.
    """

    answered = Signal(bool)
    saves_in_background = False

    def __init__(
        self, notifications: Notifications, supervisor: SupervisorApi, background: Background, host: str
    ) -> None:
        super().__init__(notifications)
        self._supervisor = supervisor
        self._background = background
        self._host = host
        self._known = ""
        """Path of the file as the other PC writes it."""
        self._version = ""
        self._asking = False
        self._saving: tuple[LabFile, LabDraft] | None = None
        """File and edits before the save that is under way."""
        self._waiting: list[Callable[[], object]] = []

    @property
    def file_name(self) -> str:
        """What the file is called, and on which PC."""
        return f"{super().file_name} on {self._host}" if super().file_name else ""

    @property
    def place(self) -> str:
        """Where the file is on that PC."""
        return self._known

    def fetch(self) -> None:
        """Ask for the file as it stands now."""
        if not self._asking:
            self._asking = True
            self._background.ask(self._supervisor.lab, self._on_text, lambda _: self._on_text(LabText()))

    def ask_versions(
        self, answered: Callable[[tuple[LabVersion, ...]], object], failed: Callable[[str], object]
    ) -> None:
        """Have `answered` told the versions that the other PC keeps, or `failed` why they are not known."""

        def told(kept: tuple[LabText, ...]) -> None:
            today = datetime.date.today()
            answered(
                tuple(lab_version(PurePath(version.path.replace("\\", "/")), version.text, today) for version in kept)
            )

        self._background.ask(self._supervisor.lab_versions, told, lambda error: failed(error.sentence))

    def read_again(self) -> None:
        """Take what the file says now; edits stay edits."""
        self.fetch()

    def after_save(self, act: Callable[[], object]) -> None:
        """Do something as soon as no save is under way; not at all if that save is refused."""
        if self._saving is None:
            act()
        else:
            self._waiting.append(act)

    def save(self) -> bool:
        """Give the edits to the supervisor; what it refuses is an edit again, and is told."""
        if self._saving is not None or self._file is None:
            return False
        self._saving = (self._file, self._draft)
        if not super().save():
            self._saving = None
            return False
        text, path, based_on = self._file.text, self._known, self._version
        self._background.ask(
            lambda: self._supervisor.set_lab(text, path, based_on),
            lambda problems: self._on_answer(problems, text),
            self._on_failure,
        )
        return True

    def _write(self, fresh: LabFile) -> None:
        """Nothing here: what was saved is sent as soon as it is in force."""

    def _on_text(self, lab: LabText) -> None:
        self._asking = False
        if self._saving is not None or not lab.path or lab.version == self._version:
            return
        first = not self._version
        self._known, self._version = lab.path, lab.version
        file = LabFile.parse(lab.text, Path(lab.path))
        if first or file.lab is None or not self.usable:
            self._show(file)
        else:
            self._take(file, file.lab)

    def _on_answer(self, problems: tuple[LabProblem, ...], text: str) -> None:
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            self._refused_by_host(errors[0].sentence)
            return
        self._saving, self._version = None, version_of(text)
        self._go_on(done=True)
        self.answered.emit(True)

    def _on_failure(self, error: LabError) -> None:
        self._refused_by_host(error.sentence)

    def _refused_by_host(self, sentence: str) -> None:
        before, self._saving = self._saving, None
        self._go_on(done=False)
        words = f"{self._host}: not saved. {sentence} Your changes are kept."
        self._notifications.post(Notice("error", words, about=f"a save on {self._host}"))
        if before is not None:
            file, draft = before
            self._begin(file, draft)
            self.loaded.emit()
            self.changed.emit()
        self.answered.emit(False)
        self.fetch()

    def _go_on(self, *, done: bool) -> None:
        waiting, self._waiting = self._waiting, []
        for act in waiting if done else ():
            act()

    def _say(self, kind: NoticeKind, sentence: str, detail: str = "") -> None:
        self._notifications.post(
            Notice(kind, f"{self._host}: {sentence}", detail, about=f"the lab file of {self._host}")
        )
