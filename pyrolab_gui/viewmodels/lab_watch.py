"""Notices that the open lab file is written by somebody else: an editor, another window, a version control system.

The folder is watched as well, because most programs put a new file in the place of the old one. Limits: where the
system tells nothing (network drives), only `look` notices; call it when the window comes to the front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

_QUIET_MS = 200
"""A program that writes a file in steps is left to finish."""


class LabWatch(QObject):
    """Lets a lab be read again when its file changed.

    Parameters
    ----------
    lab
        The lab; it decides what becomes of its edits.
    """

    def __init__(self, lab: LabViewModel) -> None:
        super().__init__(lab)
        self._lab = lab
        self._watcher = QFileSystemWatcher(self)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self.look)
        self._watcher.fileChanged.connect(self._on_told)
        self._watcher.directoryChanged.connect(self._on_told)
        lab.fileChanged.connect(self._follow)
        lab.loaded.connect(self._follow)
        self._follow()

    def look(self) -> None:
        """Read the file again if it says something else than what is shown."""
        self._follow()
        self._lab.read_again()

    def _on_told(self, _path: str) -> None:
        self._quiet.start()

    def _follow(self) -> None:
        path = self._lab.path
        wanted = set() if path is None else {str(path), str(path.parent)}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        missing = [name for name in wanted - watched if path is not None and (name != str(path) or path.exists())]
        if missing:
            self._watcher.addPaths(missing)
