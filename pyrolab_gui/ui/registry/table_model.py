"""The registry as a table that is filtered and sorted by itself, and changes in small steps.

It is no proxy on a model: filter and order are computed on plain rows, and each update reaches the view as a handful
of signals whatever the number of rows, so that selection and place survive and 10,000 rows stay smooth. It never
resets. Limits: flat; colours and shapes are the delegate's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pyrolab_gui.wire.health import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.viewmodels.registry_rows import RegistryDiff, RegistryRow

RowRole = Qt.ItemDataRole.UserRole
"""Role under which every cell of a row gives its `RegistryRow`."""

_MAX_RUNS = 8
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_DIGITS = re.compile(r"(\d+)")

Index: TypeAlias = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, what it shows, what it is sorted by, how wide it starts (0: shares the rest)."""

    title: str
    text: Callable[[RegistryRow], str]
    key: Callable[[RegistryRow], Any]
    width: int
    right: bool = False


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts ``laser2`` before ``laser10``."""
    parts = _DIGITS.split(text.casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


COLUMNS: tuple[Column, ...] = (
    Column("Name", lambda row: row.name, lambda row: natural(row.name), 176),
    Column("State", lambda row: str(row.health), lambda row: -SEVERITY[row.health], 128),
    Column("Instrument", lambda row: row.connection, lambda row: row.connection, 112),
    Column("Host", lambda row: row.host, lambda row: natural(row.host), 92),
    Column("Port", lambda row: str(row.port) if row.port else "", lambda row: row.port, 66, right=True),
    Column("URI", lambda row: row.uri, lambda row: natural(row.uri), 0),
    Column("Metadata", lambda row: ", ".join(row.metadata), lambda row: row.metadata, 0),
    Column("Last seen", lambda row: row.seen, lambda row: -(row.last_seen or 0.0), 78, right=True),
    Column("Latency", lambda row: row.delay, lambda row: (row.latency is None, row.latency or 0.0), 76, right=True),
)
NAME, STATE, INSTRUMENT, HOST, PORT, URI, METADATA, SEEN, LATENCY = range(len(COLUMNS))


class RegistryTableModel(QAbstractTableModel):
    """Rows that pass the filter, in the order of one column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[str, RegistryRow] = {}
        self._shown: list[RegistryRow] = []
        self._places: dict[str, int] = {}
        self._words: tuple[str, ...] = ()
        self._column = NAME
        self._descending = False

    # intents

    def apply(self, difference: RegistryDiff) -> None:
        """Take over what changed."""
        for name in difference.removed:
            self._all.pop(name, None)
        for row in (*difference.added, *difference.changed):
            self._all[row.name] = row
        gone = set(difference.removed)
        updated: list[RegistryRow] = []
        fresh: list[RegistryRow] = []
        for row in (*difference.added, *difference.changed):
            shown = row.name in self._places
            if not self._passes(row):
                gone.add(row.name)
            elif shown:
                updated.append(row)
            else:
                fresh.append(row)
        self._remove(gone)
        self._replace(updated)
        self._insert(fresh)
        self._put_in_order()

    def set_filter(self, text: str) -> None:
        """Show only rows that contain every word of `text` in name, URI, state or metadata."""
        self._words = tuple(text.lower().split())
        self._remove({row.name for row in self._shown if not self._passes(row)})
        self._insert([row for row in self._all.values() if row.name not in self._places and self._passes(row)])
        self._put_in_order()

    # questions

    @property
    def total(self) -> int:
        """How many rows there are, filtered out ones included."""
        return len(self._all)

    def row_at(self, index: Index) -> RegistryRow | None:
        """Return the row at an index."""
        return self._shown[index.row()] if index.isValid() else None

    def index_of(self, name: str) -> QModelIndex:
        """Return the index of a name; an invalid one if it is not shown."""
        place = self._places.get(name)
        return QModelIndex() if place is None else self.index(place, 0)

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[column].text(row)
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.verdict.sentence if column == STATE else COLUMNS[column].text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[column].right else _LEFT
        if role == Qt.ItemDataRole.AccessibleTextRole and column == NAME:
            return f"{row.name}, {row.health}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a column is called."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[section].right else _LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Put the rows in the order of a column, by name where that is equal."""
        if not 0 <= column < len(COLUMNS):
            return
        self._column, self._descending = column, order is Qt.SortOrder.DescendingOrder
        self._put_in_order()

    # steps

    def _passes(self, row: RegistryRow) -> bool:
        return all(word in row.haystack for word in self._words)

    def _remove(self, names: set[str]) -> None:
        places = sorted(self._places[name] for name in names if name in self._places)
        if not places:
            return
        runs = _runs(places)
        if len(runs) > _MAX_RUNS:
            # Many scattered rows would be as many signals: first move them together, at the end.
            doomed = set(places)
            kept = [row for place, row in enumerate(self._shown) if place not in doomed]
            self._arrange(kept + [self._shown[place] for place in places])
            runs = [(len(kept), len(self._shown) - 1)]
        for first, last in reversed(runs):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._shown[first : last + 1]
            self._locate()
            self.endRemoveRows()

    def _replace(self, rows: Iterable[RegistryRow]) -> None:
        places = []
        for row in rows:
            place = self._places[row.name]
            self._shown[place] = row
            places.append(place)
        runs = _runs(sorted(places))
        if len(runs) > _MAX_RUNS:
            runs = [(runs[0][0], runs[-1][1])]
        for first, last in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _insert(self, rows: list[RegistryRow]) -> None:
        if not rows:
            return
        first = len(self._shown)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._shown += rows
        self._locate()
        self.endInsertRows()

    def _put_in_order(self) -> None:
        key = COLUMNS[self._column].key
        ordered = sorted(self._shown, key=lambda row: row.name)
        ordered.sort(key=key, reverse=self._descending)
        if any(a is not b for a, b in zip(ordered, self._shown, strict=True)):
            self._arrange(ordered)

    def _arrange(self, rows: list[RegistryRow]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        names = [self._shown[index.row()].name for index in before]
        self._shown = rows
        self._locate()
        after = [self.index(self._places[name], index.column()) for name, index in zip(names, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _locate(self) -> None:
        self._places = {row.name: place for place, row in enumerate(self._shown)}


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Join sorted numbers into runs, first and last included."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
