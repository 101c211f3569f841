"""Entries that the user wants to hear of: a notice when one cannot be used any more, and when it can again.

Limits: what a nameserver that does not answer lists is not believed, so its silence is no loss of its entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.viewmodels.registry_rows import LOST, RegistryRow
from pyrolab_gui.wire.health import Health

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.registry_rows import RegistryDiff
    from pyrolab_gui.viewmodels.settings import Settings

_SETTING = "watched"
_USABLE = (Health.LIVE, Health.SLOW, Health.NOT_ASKED)


class WatchList(QObject):
    """Keys of entries that are watched.

    Parameters
    ----------
    notifications
        Where the notices go.
    settings
        Where the keys are kept; nowhere by default.
    """

    changed = Signal()
    told = Signal(object)  # Notice: for whoever shows it outside the window too

    def __init__(self, notifications: Notifications, settings: Settings | None = None) -> None:
        super().__init__()
        self._notifications = notifications
        self._settings = settings
        self._keys: set[str] = set(settings.get(_SETTING, list[str]()) if settings is not None else ())
        self._gone: set[str] = set()

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def watch(self, key: str, wanted: bool = True) -> None:
        """Watch an entry, or stop watching it."""
        if wanted == (key in self._keys):
            return
        self._keys ^= {key}
        self._gone.discard(key)
        if self._settings is not None:
            self._settings.set(_SETTING, sorted(self._keys))
        self.changed.emit()

    def tell(self, difference: RegistryDiff, *, reachable: bool) -> None:
        """Tell of what is watched and has gone or come back."""
        if not self._keys:
            return
        for row in (*difference.added, *difference.changed):
            if row.key in self._keys:
                self._judge(row)
        for key in difference.removed if reachable else ():
            if key in self._keys and key not in self._gone:
                self._gone.add(key)
                self._post("warning", key, f"{key} is not registered any more.")

    def _judge(self, row: RegistryRow) -> None:
        bad = row.missing or row.offline or row.health in LOST
        if bad and row.key not in self._gone:
            self._gone.add(row.key)
            self._post("warning", row.key, row.verdict.sentence)
        elif row.health in _USABLE and not row.missing and row.key in self._gone:
            self._gone.discard(row.key)
            self._post("info", row.key, f"{row.name} is back.")

    def _post(self, kind: str, key: str, sentence: str) -> None:
        notice = Notice("warning" if kind == "warning" else "info", sentence, about=f"watched {key}")
        self._notifications.post(notice)
        self.told.emit(notice)
