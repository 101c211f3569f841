"""What is wrong with a lab file, one finding at a time: where it stands, and a sentence.

Limits: only the shape of a finding and the error of the store. What is checked lives in ``document`` (YAML),
``sentences`` (keys and types) and ``check`` (references between entries).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 200
"""Findings of one kind that are told; a file with more is no lab file, or has one mistake many times."""

KeyPath: TypeAlias = tuple[str | int, ...]
Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    Parameters
    ----------
    path
        Keys from the top of the file down to the value: ``("services", "bench.laser", "daemon")``. Empty where the
        file as a whole is meant.
    line
        Line in the file, counted from 1; None where the finding did not come from a file.
    sentence
        What is wrong, in words of the lab, without the path.
    severity
        A *warning* does not stop anything from starting.
    """

    path: KeyPath
    line: int | None
    sentence: str
    severity: Severity = "error"

    @property
    def key_path(self) -> str:
        """The path as written in messages: ``services.bench.laser.daemon``."""
        return ".".join(str(part) for part in self.path)

    def at(self, line: int | None) -> Problem:
        """Return the same finding at `line`."""
        return replace(self, line=line)

    def __str__(self) -> str:
        words = f"{self.key_path}: {self.sentence}" if self.path else self.sentence
        return f"warning: {words}" if self.severity == "warning" else words


def errors_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the findings that are no mere warnings."""
    return tuple(problem for problem in problems if problem.severity == "error")


class LabFileError(Exception):
    """A lab file cannot be read or written; what it says wrongly is a `Problem` instead.

    No ``wire.errors.LabError``, because the model lies below the wire; who shows errors turns it into one.

    Parameters
    ----------
    sentence
        What failed, and why where it is known.
    detail
        What stands behind it.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail

    def __reduce__(self) -> tuple[type[LabFileError], tuple[str, str]]:
        return type(self), (self.sentence, self.detail)
