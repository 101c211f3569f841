"""Set-ups of instruments: saved, compared with what stands now, and restored with a look at what came of it.

Every instrument is asked by its own connection, all at once, one setting after the other; files are written and read in
the background. Limits: what cannot be read is said in its line and is not restored; an instrument that somebody else
keeps refuses, and that is said too.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels import setups
from pyrolab_gui.viewmodels.answers import Answers
from pyrolab_gui.viewmodels.label_text import humanise
from pyrolab_gui.viewmodels.setup_values import same, why_not_kept
from pyrolab_gui.viewmodels.setups import SavedInstrument, SetUp, SetUpFile
from pyrolab_gui.viewmodels.value_text import count_text, value_text
from pyrolab_gui.wire.description import ServiceDescription, unit_of
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.ports import BridgePort

State: TypeAlias = Literal["same", "differs", "unknown", "restoring", "restored", "failed"]


GONE = "the instrument has no such setting any more"


@dataclass(frozen=True, slots=True)
class Line:
    """One setting of a set-up beside what stands now."""

    instrument: str
    member: str
    saved: Any
    now: Any = None
    unit: str = ""
    state: State = "unknown"
    said: str = ""
    """Why there is no value now, or what came of restoring it."""
    chosen: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Tells it from the others."""
        return self.instrument, self.member


class SetUpsViewModel(QObject):
    """The set-ups of a lab.

    Parameters
    ----------
    lease
        Returns the right to use an instrument by its name; None if there is none of that name.
    bridge
        Brings answers to the Qt thread.
    folder
        Where the files are.
    """

    filesChanged = Signal()
    linesChanged = Signal()
    busyChanged = Signal()
    told = Signal(str)
    """What was done, or why it could not be."""

    def __init__(
        self,
        lease: Callable[[str], Lease | None],
        bridge: BridgePort,
        folder: Path,
        *,
        read_only: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self.read_only = read_only
        self.files: list[SetUpFile] = []
        self.opened: SetUp | None = None
        self.lines: list[Line] = []
        self._lease, self._bridge = lease, bridge
        self._waiting = 0
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether instruments are being asked or set."""
        return self._waiting > 0

    def close(self) -> None:
        """Take no answer any more."""
        self._closed = True

    # -- files -----------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look what files there are; `filesChanged` follows."""
        self._in_background(lambda: setups.list_setups(self.folder), self._on_files)

    def _on_files(self, files: list[SetUpFile]) -> None:
        self.files = files
        self.filesChanged.emit()

    def save(self, name: str, instruments: Sequence[str]) -> None:
        """Read all settings of these instruments, and write them under a name."""

        def read(found: dict[str, SavedInstrument]) -> None:
            if not any(each.values for each in found.values()):
                self.told.emit(_nothing_read(found))
                return
            folder = self.folder
            self._in_background(
                lambda: setups.write_setup(folder, name, found), lambda file: self._on_saved(file, found)
            )

        self._read(instruments, read)

    def _on_saved(self, file: SetUpFile, found: dict[str, SavedInstrument]) -> None:
        settings = count_text(sum(len(each.values) for each in found.values()), "setting")
        instruments = count_text(sum(bool(each.values) for each in found.values()), "instrument")
        missing = [_missing(key, each) for key, each in found.items() if each.problems]
        more = f" Not saved: {', '.join(missing)}." if missing else ""
        self.told.emit(f"Saved {file.name}: {settings} of {instruments}.{more}")
        self.look()
        self.open(file.path)

    def open(self, path: Path) -> None:
        """Open a set-up and compare it with what stands now."""
        self._in_background(lambda: setups.read_setup(path), self._on_opened)

    def _on_opened(self, setup: SetUp) -> None:
        self.opened = setup
        self.lines = [
            Line(name, member, value, unit=each.units.get(member, ""))
            for name, each in setup.instruments.items()
            for member, value in each.values.items()
        ]
        self.linesChanged.emit()
        self.compare()

    def delete(self, file: SetUpFile) -> None:
        """Delete a file."""
        self._in_background(file.path.unlink, lambda _: self.look())
        if self.opened is not None and self.opened.name == file.name:
            self.opened, self.lines = None, []
            self.linesChanged.emit()

    # -- comparing -------------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Read what stands now; `linesChanged` follows."""
        if self.opened is not None and not self.busy:
            self._read(list(self.opened.instruments), self._on_compared)

    def _on_compared(self, found: dict[str, SavedInstrument]) -> None:
        self.lines = [self._compared(line, found.get(line.instrument, SavedInstrument())) for line in self.lines]
        self.linesChanged.emit()

    @staticmethod
    def _compared(line: Line, now: SavedInstrument) -> Line:
        if line.member not in now.values:
            said = now.problems.get(line.member) or now.problems.get("") or GONE
            return replace(line, now=None, state="unknown", said=said, chosen=False)
        value = now.values[line.member]
        if same(line.saved, value):
            said = line.said if line.state == "restored" else ""
            return replace(line, now=value, state="restored" if said else "same", said=said, chosen=False)
        return replace(line, now=value, state="differs", said="", chosen=True)

    def choose(self, keys: Iterable[tuple[str, str]], chosen: bool) -> None:
        """Choose lines to be restored; only what differs can be."""
        keys = set(keys)
        self.lines = [
            replace(line, chosen=chosen and line.state in ("differs", "failed")) if line.key in keys else line
            for line in self.lines
        ]
        self.linesChanged.emit()

    # -- restoring -------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Set the chosen lines to what was saved, and read back what came of it."""
        chosen = [line for line in self.lines if line.chosen]
        if not chosen or self.busy or self.read_only:
            return
        for line in chosen:
            self._put(replace(line, state="restoring", said="", chosen=False))
        for name in dict.fromkeys(line.instrument for line in chosen):
            lease = self._lease(name)
            lines = [line for line in chosen if line.instrument == name]
            if lease is None:
                for line in lines:
                    self._put(replace(line, state="failed", said="not done, because it is not there", chosen=False))
                continue
            _Work(self, lease, self._bridge).restore(lines)
        self.linesChanged.emit()

    def _put(self, line: Line) -> None:
        self.lines = [line if each.key == line.key else each for each in self.lines]

    def note_restored(self, line: Line, now: Any, error: LabError | None, read: bool) -> None:
        """Take what came of one line."""
        if error is not None:
            said = f"not done, because {_reason(error)}" if not read else f"set, but not read back: {_reason(error)}"
            self._put(replace(line, state="failed", said=said, chosen=False))
        elif same(line.saved, now):
            self._put(replace(line, now=now, state="restored", said="done, read back", chosen=False))
        else:
            said = f"set, but the instrument says {value_text(now)} {line.unit}".rstrip()
            self._put(replace(line, now=now, state="failed", said=said, chosen=False))
        self.linesChanged.emit()

    # -- work ------------------------------------------------------------------------------------------------------

    def _read(self, names: Sequence[str], done: Callable[[dict[str, SavedInstrument]], object]) -> None:
        found: dict[str, SavedInstrument] = {}
        waiting = set(names)

        def took(name: str, instrument: SavedInstrument) -> None:
            found[name] = instrument
            waiting.discard(name)
            if not waiting:
                done({each: found[each] for each in names})

        for name in names:
            lease = self._lease(name)
            if lease is None:
                took(name, SavedInstrument(problems={"": "It is not there."}))
            else:
                _Work(self, lease, self._bridge).read(partial(took, name))
        if not names:
            done({})

    def begin(self) -> None:
        """Count an instrument that is being asked."""
        self._waiting += 1
        self.busyChanged.emit()

    def end(self) -> None:
        """Count it no more."""
        self._waiting -= 1
        self.busyChanged.emit()

    @property
    def closed(self) -> bool:
        """Whether answers are of no use any more."""
        return self._closed

    def _in_background(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        def run() -> None:
            try:
                result = work()
            except (LabError, OSError) as error:
                sentence = error.sentence if isinstance(error, LabError) else f"{error.strerror or error}"
                self._bridge.post(self._tell, sentence)
            else:
                self._bridge.post(self._take, done, result)

        threading.Thread(target=run, name="set-ups", daemon=True).start()

    def _tell(self, sentence: str) -> None:
        if not self._closed:
            self.told.emit(sentence)

    def _take(self, done: Callable[[Any], object], result: Any) -> None:
        if not self._closed:
            done(result)


class _Work:
    """What is asked of one instrument, one thing after the other; its lease ends with it."""

    def __init__(self, owner: SetUpsViewModel, lease: Lease, bridge: BridgePort) -> None:
        self._owner, self._lease = owner, lease
        self._answers = Answers(lease.name, bridge, lambda error: None)
        owner.begin()

    def read(self, took: Callable[[SavedInstrument], object]) -> None:
        """Read all settings."""
        saved = SavedInstrument()

        def described(description: ServiceDescription | None, error: LabError | None) -> None:
            if description is None:
                saved.problems[""] = _reason(error)
                finish()
                return
            members = [member for member in description.members if setups.is_kept(member)]
            saved.units.update({member.name: unit_of(member.returns) for member in members if unit_of(member.returns)})
            left = len(members)

            def value(name: str, result: Any, failure: LabError | None) -> None:
                nonlocal left
                left -= 1
                problem = why_not_kept(result) if failure is None else _reason(failure)
                if problem:
                    saved.problems[name] = problem
                else:
                    saved.values[name] = list(result) if isinstance(result, tuple) else result
                if not left:
                    finish(description)

            for member in members:
                future = self._lease.instrument.get(member.name)
                self._answers.then(future, partial(value, member.name))
            if not members:
                saved.problems[""] = "It has no settings."
                finish(description)

        def finish(description: ServiceDescription | None = None) -> None:
            self._end()
            if not self._owner.closed:
                order = [member.name for member in description.members] if description is not None else []
                values = {name: saved.values[name] for name in order if name in saved.values}
                took(replace(saved, class_name=description.class_name if description else "", values=values))

        self._answers.then(self._lease.instrument.describe(), described)

    def restore(self, lines: list[Line]) -> None:
        """Set values and read each of them back."""
        left = len(lines)

        def note(line: Line, now: Any, error: LabError | None, read: bool) -> None:
            nonlocal left
            left -= 1
            if not left:
                self._end()
            if not self._owner.closed:
                self._owner.note_restored(line, now, error, read)

        def sent(line: Line, _result: Any, error: LabError | None) -> None:
            if error is not None:
                note(line, None, error, False)
                return
            future = self._lease.instrument.get(line.member)
            self._answers.then(future, lambda now, failure: note(line, now, failure, True))

        for line in lines:
            future = self._lease.instrument.set(line.member, line.saved)
            self._answers.then(future, partial(sent, line))

    def _end(self) -> None:
        self._lease.close()
        self._owner.end()


def _reason(error: LabError | None) -> str:
    return error.sentence.rstrip(".") if error is not None else "it did not answer"


def _missing(name: str, instrument: SavedInstrument) -> str:
    """Return what of an instrument is not in the file."""
    return name if "" in instrument.problems else f"{', '.join(map(humanise, instrument.problems))} of {name}"


def _nothing_read(found: dict[str, SavedInstrument]) -> str:
    reasons = [f"{name}: {reason}" for name, each in found.items() for reason in each.problems.values()]
    return "Nothing was saved. " + "; ".join(reasons[:3]) if reasons else "Nothing was saved: there is nothing to read."
