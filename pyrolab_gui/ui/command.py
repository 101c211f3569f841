"""One thing that can be done from the command palette or from the menu, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    `group` is shown in front of it (``Instrument``, ``Go to``); `hint` a key that does the same.
    """

    title: str
    run: Callable[[], object]
    group: str = ""
    icon: str = ""
    hint: str = ""

    def matches(self, words: str) -> bool:
        """Whether each word typed occurs in it, in any order and case."""
        text = f"{self.group} {self.title}".casefold()
        return all(word in text for word in words.casefold().split())
