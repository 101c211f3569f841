"""A file beside the lab file: a small YAML file that a form edits, such as the lab's alarms or its pages.

It is read with all its problems at their lines, and written as a whole: comments at its head stay, those between its
entries do not. What was there before is kept in its history. Limits: one model for the whole file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError

from pyrolab_gui.model import emit
from pyrolab_gui.model.document import read
from pyrolab_gui.model.files import keep, write_atomically
from pyrolab_gui.model.parts import Part
from pyrolab_gui.model.problems import LabFileError, Problem
from pyrolab_gui.model.sentences import shown

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

T = TypeVar("T", bound=Part)


class SideFile(Generic[T]):
    """A file as it was last read or written.

    Attributes
    ----------
    value
        What it says; None where the text cannot be understood.
    problems
        What is wrong with it.
    """

    model: type[T]

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.value: T | None = None
        document = read(text)
        problems = list(document.problems)
        if not problems:
            try:
                self.value = self.model.model_validate(document.data or {})
            except ValidationError as error:
                problems = [Problem(_path(one["loc"]), None, _sentence(one)) for one in error.errors(include_url=False)]
        self.problems = tuple(problem.at(problem.line or document.line(problem.path)) for problem in problems)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a file; one that is not there is empty.

        Raises
        ------
        LabFileError
            If it cannot be read at all. What it says wrongly is in `problems`.
        """
        try:
            return cls(path, path.read_bytes().decode("utf-8"))
        except FileNotFoundError:
            return cls(path, "")
        except UnicodeDecodeError as error:
            raise LabFileError(f"{path.name} is not text in UTF-8.", str(error)) from error
        except OSError as error:
            raise LabFileError(f"{path.name} cannot be read: {error.strerror or error}.", str(error)) from error

    def save(self, value: T) -> None:
        """Write another value, keeping comments at the head of the file.

        Raises
        ------
        LabFileError
            If somebody else changed the file since it was read, or it cannot be written.
        """
        lines = emit.block({"version": "1.0", **value.model_dump()}, 0)
        text = "".join([*_leading_comments(self.text), *(line + "\n" for line in lines)])
        if type(self)(self.path, text).value != value:
            raise LabFileError("This holds a value that cannot be written to a YAML file; nothing was saved.")
        try:
            if self.path.exists():
                if self.path.read_bytes() != self.text.encode():
                    raise LabFileError(f"{self.path.name} was changed by somebody else since it was opened.")
                keep(self.path)
            write_atomically(self.path, text.encode())
        except OSError as error:
            raise LabFileError(f"{self.path.name} cannot be written: {error.strerror or error}.", str(error)) from error
        self.text, self.value, self.problems = text, value, ()


def beside(lab_file: Path, what: str) -> Path:
    """Return the file beside a lab file that holds its alarms or pages: ``bench.alarms.yaml`` for ``bench.yaml``."""
    return lab_file.with_name(f"{lab_file.stem}.{what}.yaml")


def error_sentences(model: type[Part], values: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with the values of a form, by field; the whole stands under an empty name."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        return {str(one["loc"][0]) if one["loc"] else "": _sentence(one) for one in error.errors(include_url=False)}
    return {}


def _path(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(part for part in location if part != "[key]")


def _sentence(detail: Any) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return f"There is no key '{detail['loc'][-1]}' here."
    if kind == "missing":
        return f"The key '{detail['loc'][-1]}' is missing."
    if kind == "value_error":
        told = str(detail.get("ctx", {}).get("error", ""))
        return told[:1].upper() + told[1:] + "."
    if kind == "string_too_short":
        return "Must not be empty."
    return f"{detail['msg']}, not {shown(detail['input'])}."


def _leading_comments(text: str) -> list[str]:
    lines = []
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.startswith("#"):
            break
        lines.append(line)
    return lines
