"""The registry as a table that is searched, grouped and sorted by itself, and changes in small steps.

It is no proxy on a model: what is shown is computed on plain rows, and each update reaches the view as a handful of
signals whatever the number of rows, so that selection and place survive and 10,000 rows stay smooth. It never resets.
The head of a group is a row of its own, and a folded group's rows are not in the table. Limits: colours and shapes are
the delegate's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pyrolab_gui.ui.registry.columns import COLUMNS, NAME, STATE, VALUE, natural
from pyrolab_gui.viewmodels.registry_groups import FLAT, GROUPINGS, PREFIX, rank_of
from pyrolab_gui.viewmodels.registry_rows import ALARM_WORDS, RegistryRow
from pyrolab_gui.viewmodels.registry_search import Search
from pyrolab_gui.wire.alarms import LEVELS
from pyrolab_gui.wire.health import SEVERITY, Health

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.viewmodels.registry_rows import RegistryDiff

RowRole = Qt.ItemDataRole.UserRole
"""Role under which every cell of a row gives its `RegistryRow`, and every cell of a head its `GroupHead`."""

_MAX_RUNS, _MAX_CHANGES = 8, 64
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_BAD = SEVERITY[Health.CONNECTING]

Index: TypeAlias = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class GroupHead:
    """The row above a group: how many are in it, and its worst state (word and look) with how many are in that.

    `alarm` is the level of the worst alarm about something in it, empty where all values are well.
    """

    title: str
    count: int
    state: str
    look: str
    bad: int
    folded: bool
    alarm: str = ""

    key: str = field(init=False, compare=False)
    """No name holds a line end: it is told apart from every row."""

    def __post_init__(self) -> None:
        """Make the key."""
        object.__setattr__(self, "key", f"\n{self.title}")

    @property
    def word(self) -> str:
        """What stands beside the shape: nothing where all is well."""
        return f"{self.bad} {self.state}" if self.bad else ""


Item: TypeAlias = RegistryRow | GroupHead


class RegistryTableModel(QAbstractTableModel):
    """Rows that the search finds, in groups, in the order of one column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[str, RegistryRow] = {}
        self._ordered: list[RegistryRow] | None = []
        """All rows in their order; None while that has to be made anew."""
        self._found: list[RegistryRow] = []
        self._shown: list[Item] = []
        self._places: dict[str, int] = {}
        self._search = Search()
        self._column = NAME
        self._descending = False
        self._grouping = FLAT
        self._folded: set[str] = set()

    # intents

    def apply(self, difference: RegistryDiff) -> None:
        """Take over what changed."""
        for key in difference.removed:
            self._all.pop(key, None)
        for row in (*difference.added, *difference.changed):
            self._all[row.key] = row
        self._ordered = None
        self._show()

    def set_filter(self, text: str) -> None:
        """Show only rows that a search finds (`viewmodels.registry_search`)."""
        self._search = Search(text)
        self._show()

    def set_grouping(self, grouping: str) -> None:
        """Put rows together by something of `GROUPINGS`; all groups are open then."""
        if grouping != self._grouping:
            self._grouping = grouping
            self._folded.clear()
            self._show()

    def set_folded(self, title: str, folded: bool) -> None:
        """Fold a group, or open it."""
        if folded != (title in self._folded):
            self._folded ^= {title}
            self._show()

    # questions

    @property
    def total(self) -> int:
        """How many rows there are, those that the search does not find included."""
        return len(self._all)

    @property
    def found(self) -> int:
        """How many rows the search finds, those in folded groups included."""
        return len(self._found)

    @property
    def grouping(self) -> str:
        """By what rows are put together."""
        return self._grouping

    @property
    def sorted_by(self) -> int:
        """The column that gives the order."""
        return self._column

    @property
    def descending(self) -> bool:
        """Whether the order is turned round."""
        return self._descending

    def rows(self) -> list[RegistryRow]:
        """Return the rows that the search finds, in their order, those of folded groups included."""
        return [item for group in self._grouped().values() for item in group]

    def item_at(self, index: Index) -> Item | None:
        """Return the row or the head at an index."""
        return self._shown[index.row()] if index.isValid() else None

    def row_at(self, index: Index) -> RegistryRow | None:
        """Return the row at an index; None for a head."""
        item = self.item_at(index)
        return item if isinstance(item, RegistryRow) else None

    def head_of(self, index: Index) -> QModelIndex:
        """Return the index of the head above a row; an invalid one where there are no groups."""
        for place in range(index.row(), -1, -1):
            if isinstance(self._shown[place], GroupHead):
                return self.index(place, NAME)
        return QModelIndex()

    def index_of(self, key: str) -> QModelIndex:
        """Return the index of a row's key; an invalid one if it is not shown."""
        place = self._places.get(key)
        return QModelIndex() if place is None else self.index(place, 0)

    def short_name(self, row: RegistryRow) -> str:
        """Return the name as it stands in its group: without what the head says already."""
        return row.name.rpartition(".")[2] if self._grouping == PREFIX else row.name

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
        item, column = self._shown[index.row()], index.column()
        if role == RowRole:
            return item
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[column].right else _LEFT
        if isinstance(item, GroupHead):
            return _of_head(item, column, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[column].text(item)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(item, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == NAME:
            alarm = f", {ALARM_WORDS.get(item.alarm.level, item.alarm.level)}" if item.alarm is not None else ""
            return f"{item.name}, {item.state}{alarm}"
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
        self._ordered = None
        self._show()

    # what is to be shown

    def _grouped(self) -> dict[str, list[RegistryRow]]:
        """Return the found rows in their order, by group; one group without a title where there are none."""
        if self._grouping == FLAT:
            return {"": self._found}
        group = GROUPINGS[self._grouping][1]
        groups: dict[str, list[RegistryRow]] = {}
        for row in self._found:
            groups.setdefault(group(row), []).append(row)
        return {title: groups[title] for title in sorted(groups, key=lambda title: (rank_of(title), natural(title)))}

    def _wanted(self) -> list[Item]:
        if self._ordered is None:
            self._ordered = sorted(self._all.values(), key=attrgetter("key"))
            self._ordered.sort(key=COLUMNS[self._column].key, reverse=self._descending)
        self._found = self._search.found(self._ordered)
        groups = self._grouped()
        if self._grouping == FLAT:
            return list(groups[""])
        wanted: list[Item] = []
        for title, rows in groups.items():
            folded = title in self._folded
            wanted.append(_head(title, rows, folded))
            if not folded:
                wanted += rows
        return wanted

    def _show(self) -> None:
        wanted = self._wanted()
        order = [item.key for item in wanted]
        keys = set(order)
        self._remove([place for key, place in self._places.items() if key not in keys])
        changed: list[int] = []
        fresh: list[Item] = []
        places, shown = self._places, self._shown
        for item in wanted:
            place = places.get(item.key)
            if place is None:
                fresh.append(item)
            elif shown[place] is not item:
                if shown[place] != item:
                    changed.append(place)
                shown[place] = item
        self._tell_changed(changed)
        self._insert(fresh)
        if order != list(self._places):
            self._arrange(wanted)

    # steps

    def _remove(self, places: list[int]) -> None:
        if not places:
            return
        places.sort()
        runs = _runs(places)
        if len(runs) > _MAX_RUNS:
            # Many scattered rows would be as many signals: first move them together, at the end.
            doomed = set(places)
            kept = [item for place, item in enumerate(self._shown) if place not in doomed]
            self._arrange(kept + [self._shown[place] for place in places])
            runs = [(len(kept), len(self._shown) - 1)]
        for first, last in reversed(runs):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._shown[first : last + 1]
            self._locate()
            self.endRemoveRows()

    def _tell_changed(self, places: Iterable[int]) -> None:
        runs = _runs(sorted(places))
        if len(runs) > _MAX_CHANGES:
            runs = [(runs[0][0], runs[-1][1])]
        for first, last in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _insert(self, items: list[Item]) -> None:
        if not items:
            return
        first = len(self._shown)
        self.beginInsertRows(QModelIndex(), first, first + len(items) - 1)
        self._shown += items
        self._locate()
        self.endInsertRows()

    def _arrange(self, items: list[Item]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._shown[index.row()].key for index in before]
        self._shown = items
        self._locate()
        after = [self.index(self._places[key], index.column()) for key, index in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _locate(self) -> None:
        self._places = {item.key: place for place, item in enumerate(self._shown)}


def _head(title: str, rows: list[RegistryRow], folded: bool) -> GroupHead:
    worst = max(rows, key=_badness)
    count = sum(row.state == worst.state for row in rows) if _badness(worst) > _BAD else 0
    alarm = max((row.alarm.level for row in rows if row.alarm is not None), key=LEVELS.index, default="")
    return GroupHead(title, len(rows), worst.state, worst.look, count, folded, alarm)


def _tip(row: RegistryRow, column: int) -> str:
    """Return what a cell says at length: of the link, and of a value that is out."""
    text = row.verdict.sentence if column == STATE else COLUMNS[column].text(row)
    alarm = row.alarm.text if row.alarm is not None and column in (STATE, VALUE) else ""
    return "\n".join(line for line in (text, alarm) if line)


def _badness(row: RegistryRow) -> float:
    if row.offline:
        return -1
    return _BAD + 0.5 if row.stopped else SEVERITY[row.health]


def _of_head(head: GroupHead, column: int, role: int) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return head.title if column == NAME else head.word if column == STATE else ""
    if role == Qt.ItemDataRole.AccessibleTextRole and column == NAME:
        return f"{head.title}, {head.count} {'folded' if head.folded else 'open'} {head.word}".strip()
    return None


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Join sorted numbers into runs, first and last included."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
