"""How one instrument's console is arranged: what stands first, what is folded away, what a person changed of it.

The parts come from the meaning of the members: readings, settings, actions, and *advanced*: what a driver has for its
own upkeep. A person may mark, hide and move members; that is remembered by the instrument's name, with the patience of
each method, favourite calls and whether every action asks first. Limits: knows names; draws nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pyrolab_gui.viewmodels.label_text import humanise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pyrolab_gui.wire.description import MemberDescription

View: TypeAlias = Literal["operator", "expert"]
URGENT = ("stop", "safe-state")
UPKEEP = frozenset(
    ["reset", "reboot", "restart", "write", "read", "query", "ask", "send", "command", "raw", "clear", "connect",
     "disconnect", "autoconnect", "close", "open", "self_test", "selftest", "calibrate", "factory_reset", "preset",
     "save_state", "load_state", "initialize", "initialise", "init", "shutdown", "reconnect", "device_clear"]
)  # fmt: skip
"""Names of methods that a day's work seldom needs."""


@dataclass(frozen=True, slots=True)
class Favourite:
    """A call with its arguments, as a button."""

    member: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    title: str = ""


@dataclass(slots=True)
class _Kept:
    """What is remembered, as it stands in the file."""

    view: View = "expert"
    starred: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    ask_first: bool = False
    patience: dict[str, float] = field(default_factory=dict)
    favourites: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A titled run of members."""

    title: str
    members: tuple[MemberDescription, ...]


class ConsoleLayout:
    """The arrangement of one console.

    Parameters
    ----------
    text
        What was remembered, as `to_text` wrote it; anything else is forgotten.
    keep
        Called with the new text after every change.
    """

    def __init__(self, text: str = "", keep: Callable[[str], object] = lambda text: None) -> None:
        self._kept = _read(text)
        self._keep = keep

    def to_text(self) -> str:
        """Return what is to be remembered; nothing where all is as it was made."""
        plain = {key: value for key, value in asdict(self._kept).items() if value != getattr(_Kept(), key)}
        return json.dumps(plain, separators=(",", ":")) if plain else ""

    # -- what a person says ----------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """*operator* leaves out what is advanced or hidden."""
        return self._kept.view

    def set_view(self, view: View) -> None:
        """Show more or less."""
        self._kept.view = view
        self._changed()

    @property
    def ask_first(self) -> bool:
        """Whether every action is to be armed before it is called."""
        return self._kept.ask_first

    def set_ask_first(self, ask_first: bool) -> None:
        """Arm every action, or those of the lab file alone."""
        self._kept.ask_first = ask_first
        self._changed()

    def is_starred(self, name: str) -> bool:
        """Whether a member stands among the first."""
        return name in self._kept.starred

    def is_hidden(self, name: str) -> bool:
        """Whether a person has put it away."""
        return name in self._kept.hidden

    def star(self, name: str, starred: bool) -> None:
        """Put a member among the first, or back."""
        _put(self._kept.starred, name, starred)
        if starred:
            _put(self._kept.hidden, name, False)
        self._changed()

    def hide(self, name: str, hidden: bool) -> None:
        """Put a member away, or take it out again."""
        _put(self._kept.hidden, name, hidden)
        if hidden:
            _put(self._kept.starred, name, False)
        self._changed()

    def move(self, name: str, among: Sequence[str], by: int) -> bool:
        """Move a member up (−1) or down (1) among those that stand around it; False if it is at the end already."""
        names = list(among)
        place = names.index(name)
        target = place + by
        if not 0 <= target < len(names):
            return False
        names[place], names[target] = names[target], names[place]
        self._kept.order = [*(each for each in self._kept.order if each not in names), *names]
        self._changed()
        return True

    @property
    def is_arranged(self) -> bool:
        """Whether a person has changed the arrangement."""
        return bool(self._kept.starred or self._kept.hidden or self._kept.order)

    def reset(self) -> None:
        """Arrange everything as the driver does."""
        self._kept.starred, self._kept.hidden, self._kept.order = [], [], []
        self._changed()

    # -- calls -----------------------------------------------------------------------------------------------------

    def patience(self, name: str) -> float | None:
        """Return after how many seconds a call of a method is given up, or None for never."""
        return self._kept.patience.get(name)

    def set_patience(self, name: str, seconds: float | None) -> None:
        """Give a call up after so many seconds."""
        self._kept.patience.pop(name, None)
        if seconds is not None:
            self._kept.patience[name] = seconds
        self._changed()

    @property
    def favourites(self) -> list[Favourite]:
        """Return the calls that have a button, in order."""
        return [Favourite(**each) for each in self._kept.favourites]

    def add_favourite(self, favourite: Favourite) -> bool:
        """Give a call a button; False if what it is given cannot be remembered (an array, bytes)."""
        plain = asdict(favourite)
        try:
            if json.loads(json.dumps(plain)) != plain:
                return False
        except (TypeError, ValueError):
            return False
        self._kept.favourites = [each for each in self._kept.favourites if each != plain] + [plain]
        self._changed()
        return True

    def drop_favourite(self, favourite: Favourite) -> None:
        """Take a button away."""
        self._kept.favourites = [each for each in self._kept.favourites if each != asdict(favourite)]
        self._changed()

    def _changed(self) -> None:
        self._keep(self.to_text())

    # -- the arrangement -------------------------------------------------------------------------------------------

    def parts(self, members: Iterable[MemberDescription], title: str, words: str = "") -> list[Part]:
        """Return members in the order in which they are shown: the starred, the others by the driver's parts, advanced.

        Parameters
        ----------
        members
            Those of one section, in the driver's order.
        title
            Of the section.
        words
            What is searched for; it finds what is hidden too.
        """
        members = sorted(members, key=self._place)
        found = [member for member in members if matches(member, words)]
        away = [] if words else [member for member in found if self._is_away(member)]
        seen = [member for member in found if member not in away]
        starred = [member for member in seen if self.is_starred(member.name)]
        plain = [member for member in seen if member not in starred]
        parts = [Part(title, tuple(starred + [member for member in plain if not member.group]))]
        for group in dict.fromkeys(member.group for member in plain if member.group):
            parts.append(Part(humanise(group), tuple(member for member in plain if member.group == group)))
        if away and self.view == "expert":
            parts.append(Part("Advanced", tuple(away)))
        return [part for part in parts if part.members]

    def _is_away(self, member: MemberDescription) -> bool:
        return self.is_hidden(member.name) or (is_advanced(member) and not self.is_starred(member.name))

    def _place(self, member: MemberDescription) -> int:
        order = self._kept.order
        return order.index(member.name) if member.name in order else len(order)


def is_advanced(member: MemberDescription) -> bool:
    """Whether a member is for the upkeep of the instrument rather than for work with it."""
    if member.role in URGENT:
        return False
    if member.kind == "method":
        return member.name in UPKEEP
    return member.refresh == "never" and not member.writable


def matches(member: MemberDescription, words: str) -> bool:
    """Whether all words stand in a member's name, label or docstring's first line."""
    first = member.doc.strip().partition("\n")[0]
    text = f"{member.name} {humanise(member.name)} {member.group} {first}".casefold()
    return all(word in text for word in words.casefold().split())


def _put(names: list[str], name: str, inside: bool) -> None:
    if inside and name not in names:
        names.append(name)
    elif not inside and name in names:
        names.remove(name)


def _read(text: str) -> _Kept:
    """Read what was remembered; what does not fit is left out."""
    try:
        plain = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return _Kept()
    kept = _Kept()
    if not isinstance(plain, dict):
        return kept
    for each in fields(kept):
        value = plain.get(each.name)
        if type(value) is type(getattr(kept, each.name)):
            setattr(kept, each.name, value)
    if kept.view not in ("operator", "expert"):
        kept.view = "expert"
    for names in (kept.starred, kept.hidden, kept.order):
        names[:] = [name for name in names if isinstance(name, str)]
    kept.patience = {k: float(v) for k, v in kept.patience.items() if isinstance(v, int | float) and v > 0}
    kept.favourites = [each for each in kept.favourites if _is_favourite(each)]
    return kept


def _is_favourite(plain: Any) -> bool:
    if not isinstance(plain, dict) or set(plain) - {"member", "args", "kwargs", "title"}:
        return False
    return isinstance(plain.get("member"), str) and isinstance(plain.get("args", []), list)
