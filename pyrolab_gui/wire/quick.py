"""Dataclasses that are frozen for the type checker and for everybody who reads, but are made ten times as fast.

A dataclass that is frozen at run time sets each field by a detour, 13 µs for 25 of them instead of 1.4; a registry of
10,000 names makes 40,000 such objects before its first row is shown. Limits: at run time nothing stops who writes into
one; use it where many thousands are made, `dataclass(frozen=True)` everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

__all__ = ["quick"]

if TYPE_CHECKING:
    from dataclasses import dataclass as quick
else:

    def quick(*, frozen, slots):  # the arguments are there for type checkers and readers
        """Return a decorator that makes a dataclass of a class."""
        assert frozen
        return dataclass(slots=slots, unsafe_hash=True)
