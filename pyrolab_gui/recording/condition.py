"""What begins or ends a recording by itself: a reading above or below a value, as in ``cryo.temperature < 4.2``.

Limits: one reading, one comparison with a number; a reading that is no number fulfils nothing.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

_FORM = re.compile(r"\s*(\S+)\.(\w+)\s*(<=|>=|<|>)\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*")
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a reading with a number."""

    instrument: str
    member: str
    comparison: str
    bound: float

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read ``NAME.MEMBER < NUMBER``.

        Raises
        ------
        LabError
            If it is no condition.
        """
        found = _FORM.fullmatch(text)
        try:
            if found is not None:
                return cls(found[1], found[2], found[3], float(found[4]))
        except ValueError:
            pass
        raise LabError(f"“{text}” is no condition; it may be NAME.MEMBER < NUMBER, with <, <=, > or >=.")

    def holds(self, value: object) -> bool:
        """Whether a reading fulfils it."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return _COMPARISONS[self.comparison](value, self.bound)

    def __str__(self) -> str:
        return f"{self.instrument}.{self.member} {self.comparison} {self.bound:g}"
