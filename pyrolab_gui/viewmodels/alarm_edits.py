"""Editing the alarm file beside the lab file: alarms, recipients, the mail server; and trying whether they are told.

What is edited is a draft until it is saved; the supervisor sees the new file within two seconds. Limits: one file; a
file that somebody else writes meanwhile is not written over, but read again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from pyrolab_gui.model.alarms import (
    Alarm,
    AlarmFile,
    Alarms,
    MailServer,
    Recipient,
    problems_of,
)
from pyrolab_gui.model.problems import LabFileError, errors_of
from pyrolab_gui.model.side_file import beside, error_sentences
from pyrolab_gui.network.delivery import Message, deliver
from pyrolab_gui.viewmodels.looks_only import LOOKS_ONLY
from pyrolab_gui.wire.alarms import MailServer as WireMail
from pyrolab_gui.wire.alarms import Recipient as WireRecipient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pyrolab_gui.model.lab import Lab
    from pyrolab_gui.model.parts import Part
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.wire.errors import LabError

ALARM, RECIPIENT, MAIL, RULES = "alarm", "recipient", "mail", "rules"
_MODELS: dict[str, type[Part]] = {ALARM: Alarm, RECIPIENT: Recipient, MAIL: MailServer, RULES: Alarms}
RULE_FIELDS = ("tell", "repeat_minutes", "pass_on_minutes")


class AlarmEdits(QObject):
    """The draft of an alarm file.

    Parameters
    ----------
    lab_file
        The lab file that it stands beside.
    lab
        Returns the lab, for the names of its instruments.
    background
        Where tests are sent.
    """

    changed = Signal()
    tested = Signal(str, str)
    """Who was tried to be told, and why that failed; empty: it was sent."""

    def __init__(
        self,
        lab_file: Path,
        lab: Callable[[], Lab | None],
        background: Background,
        *,
        read_only: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = beside(lab_file, "alarms")
        self._lab, self._background, self.read_only = lab, background, read_only
        self.problem = ""
        self._entries: dict[str, dict[str, dict[str, Any]]] = {}
        self._saved: dict[str, dict[str, dict[str, Any]]] = {}
        self._file = AlarmFile(self._path, "")
        self.read()

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return self._path.name

    @property
    def edited(self) -> bool:
        """Whether the draft says something else than the file."""
        return self._entries != self._saved

    def read(self) -> None:
        """Take what the file says; the draft is lost."""
        self.problem = ""
        try:
            self._file = AlarmFile.open(self._path)
        except LabFileError as error:
            self.problem = error.sentence
        alarms = self._file.alarms
        if alarms is None and not self.problem:
            first = self._file.problems[0]
            self.problem = f"{self._path.name}, line {first.line or 1}: {first}"
        alarms = alarms or Alarms()
        self._entries = {
            ALARM: {name: _values(entry) for name, entry in alarms.alarms.items()},
            RECIPIENT: {name: _values(entry) for name, entry in alarms.recipients.items()},
            MAIL: {"": _values(alarms.mail)},
            RULES: {"": {name: getattr(alarms, name) for name in RULE_FIELDS}},
        }
        self._saved = _copy(self._entries)
        self.changed.emit()

    def names(self, kind: str) -> list[str]:
        """Return the names of the entries of a kind."""
        return list(self._entries[kind])

    def values(self, kind: str, name: str) -> dict[str, Any]:
        """Return what the form of an entry shows."""
        return dict(self._entries[kind][name])

    def instruments(self) -> list[str]:
        """Return the names of the lab's instruments."""
        lab = self._lab()
        return list(lab.services) if lab is not None else []

    def errors(self, kind: str, name: str) -> dict[str, str]:
        """Return what is wrong with an entry, by field."""
        if kind == RULES:
            return {}
        return error_sentences(_MODELS[kind], self._entries[kind][name])

    def add(self, kind: str, /, **values: Any) -> str:
        """Add an entry; return its name."""
        word = str(values.pop("name", "") or kind)
        taken = self._entries[kind]
        name = next(found for n in range(1, 10_000) if (found := word if n == 1 else f"{word}-{n}") not in taken)
        fields = _MODELS[kind].model_fields
        fresh = {
            key: "" if info.is_required() else info.get_default(call_default_factory=True)
            for key, info in fields.items()
        }
        self._entries[kind][name] = {**fresh, **values}
        self.changed.emit()
        return name

    def remove(self, kind: str, name: str) -> None:
        """Take an entry out; who is told no longer stands in no alarm any more."""
        self._entries[kind].pop(name, None)
        if kind == RECIPIENT:
            for entry in (*self._entries[ALARM].values(), *self._entries[RULES].values()):
                entry["tell"] = tuple(who for who in entry["tell"] if who != name)
        self.changed.emit()

    def rename(self, kind: str, name: str, other: str) -> str:
        """Give an entry another name; return why that cannot be."""
        other = other.strip()
        if other == name:
            return ""
        if not other:
            return "It needs a name."
        if other in self._entries[kind]:
            return f"There is a {kind} '{other}' already."
        self._entries[kind] = {other if key == name else key: value for key, value in self._entries[kind].items()}
        if kind == RECIPIENT:
            for entry in (*self._entries[ALARM].values(), *self._entries[RULES].values()):
                entry["tell"] = tuple(other if who == name else who for who in entry["tell"])
        self.changed.emit()
        return ""

    def set(self, kind: str, name: str, field: str, value: Any) -> None:
        """Take what was typed into a field."""
        self._entries[kind][name][field] = value
        self.changed.emit()

    def problems(self) -> list[str]:
        """Return what keeps the draft from being saved, and what is worth a thought after it."""
        draft = self._draft()
        if isinstance(draft, str):
            return [draft]
        found = problems_of(draft, self._lab())
        return [
            f"{problem.path[1]}: {problem.sentence}" if problem.path[0] == "alarms" else problem.sentence
            for problem in found
        ]

    @property
    def may_save(self) -> bool:
        """Whether there is something to save, and nothing wrong with it."""
        return self.edited and not self.is_wrong and not self.read_only and self._file.alarms is not None

    @property
    def is_wrong(self) -> bool:
        """Whether something keeps the draft from being saved."""
        draft = self._draft()
        return isinstance(draft, str) or bool(errors_of(problems_of(draft, None)))

    def save(self) -> str:
        """Write the file; return why that could not be."""
        draft = self._draft()
        if self.read_only:
            return LOOKS_ONLY
        if isinstance(draft, str):
            return draft
        try:
            self._file.save(draft)
        except LabFileError as error:
            return error.sentence
        self._saved = _copy(self._entries)
        self.changed.emit()
        return ""

    def test(self, name: str) -> None:
        """Tell a recipient, as the form has it now, that this is a test; `tested` says how it went."""
        try:
            recipient = Recipient.model_validate(self._entries[RECIPIENT][name])
            mail = MailServer.model_validate(self._entries[MAIL][""])
        except ValidationError:
            wrong = next(iter([*self.errors(RECIPIENT, name).values(), *self.errors(MAIL, "").values()]), "")
            self.tested.emit(name, wrong)
            return
        message = Message(
            f"Test of the alarms of {self._path.name.partition('.')[0]}",
            (f"If you read this, {name} is told when there is an alarm.",),
            "ok",
            {"event": "test"},
        )
        send = partial(deliver, message, _wire(WireRecipient, recipient, name=name), _wire(WireMail, mail))

        def failed(error: LabError) -> None:
            self.tested.emit(name, error.sentence)

        self._background.ask(send, lambda _: self.tested.emit(name, ""), failed)

    def _draft(self) -> Alarms | str:
        """Return the draft as a whole, or what is wrong with it."""
        for kind in (ALARM, RECIPIENT, MAIL):
            for name in self._entries[kind]:
                for field, sentence in self.errors(kind, name).items():
                    label = _MODELS[kind].model_fields[field].title if field else ""
                    where = name or "Mail server"
                    return f"{where}: {label}: {sentence}" if label else f"{where}: {sentence}"
        try:
            return Alarms.model_validate(
                {
                    **self._entries[RULES][""],
                    "mail": self._entries[MAIL][""],
                    "recipients": self._entries[RECIPIENT],
                    "alarms": self._entries[ALARM],
                }
            )
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            return f"{' '.join(map(str, first['loc']))}: {first['msg']}."


def _values(entry: Part) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in type(entry).model_fields}


def _copy(entries: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, dict[str, Any]]]:
    return {kind: {name: dict(values) for name, values in named.items()} for kind, named in entries.items()}


def _wire(cls: Any, model: Part, **more: Any) -> Any:
    return cls(**{**_values(model), **more})
