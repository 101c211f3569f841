"""Calls of the history as Python: for a script with ``Lab``, or for one that has Pyro5 alone.

Limits: arguments are written as literals; what has none (an array) is written as the list of its values.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.outcome_text import outcome_text
from pyrolab_gui.viewmodels.value_text import clock_text, literal_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.runs import Run

_TAKEN = frozenset(["lab", "Lab", "Pyro5", "nameserver", "result", "print", "float", *keyword.kwlist])


def lab_code(runs: Run | Sequence[Run], name: str, nameserver: str) -> str:
    """Return a script that does calls again with ``Lab``.

    Parameters
    ----------
    runs
        One call, or several in the order in which they were made: then each has a comment that says when and how it
        ended, and one that failed is a comment altogether.
    name
        Registered name of the instrument.
    nameserver
        ``host:port``.
    """
    variable = variable_of(name)
    return (
        "from pyrolab_gui import Lab\n\n"
        f"with Lab({nameserver!r}) as lab:\n"
        f"    {variable} = lab[{name!r}]\n"
        f"{_lines(runs, variable)}"
    )


def pyro_code(runs: Run | Sequence[Run], name: str, nameserver: str, uri: str) -> str:
    """Return a script that does calls again with Pyro5 alone.

    Parameters
    ----------
    runs, name, nameserver
        As in `lab_code`; without a nameserver the address is written.
    uri
        Where the instrument is now.
    """
    variable = variable_of(name)
    host, _, port = nameserver.rpartition(":")
    if host and port.isdigit():
        find = f"nameserver = Pyro5.api.locate_ns({host.strip('[]')!r}, {port})\n"
        address = f"nameserver.lookup({name!r})"
    else:
        find, address = "", repr(uri)
    return f"import Pyro5.api\n\n{find}with Pyro5.api.Proxy({address}) as {variable}:\n{_lines(runs, variable)}"


def _lines(runs: Run | Sequence[Run], variable: str) -> str:
    if not isinstance(runs, Sequence):
        return f"    {_line(runs, variable)}\n"
    text = ""
    for run in runs:
        said = " ".join(outcome_text(run).split())
        text += f"    # {clock_text(run.started)}  {said}\n"
        text += f"    {'# ' if run.outcome == 'failed' else ''}{_line(run, variable)}\n"
    return text if any(run.outcome != "failed" for run in runs) else text + "    pass\n"


def variable_of(name: str) -> str:
    """Return a name for the instrument in a script: the last part of its registered name."""
    word = re.sub(r"\W+", "_", name.rpartition(".")[2]).strip("_").lower()
    if not word or word[0].isdigit() or word in _TAKEN:
        word = f"instrument_{word}".rstrip("_")
    return word


def _line(run: Run, variable: str) -> str:
    if run.kind == "write":
        return f"{variable}.{run.member} = {_literal(run.args[0] if run.args else None)}"
    if run.kind == "read":
        return f"print({variable}.{run.member})"
    parts = [_literal(value) for value in run.args]
    parts += [f"{key}={_literal(value)}" for key, value in run.kwargs.items()]
    return f"result = {variable}.{run.member}({', '.join(parts)})"


def _literal(value: Any) -> str:
    """Return a literal; inf and nan have none, so they are made."""
    text = literal_text(value)
    return re.sub(r"(?<![\w'\"])(-?)(inf|nan)(?![\w'\"])", r"float('\1\2')", text) if _has_strange(value) else text


def _has_strange(value: Any) -> bool:
    if isinstance(value, float):
        return value != value or value in (float("inf"), float("-inf"))
    if isinstance(value, dict):
        return any(map(_has_strange, value.values()))
    if hasattr(value, "tolist"):
        return _has_strange(value.tolist())
    return isinstance(value, list | tuple | set) and any(map(_has_strange, value))
