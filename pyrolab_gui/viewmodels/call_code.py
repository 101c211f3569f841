"""A call of the history as Python: for a script with ``Lab``, or for one that has Pyro5 alone.

Limits: arguments are written as literals; what has none (an array) is written as the list of its values.
"""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.value_text import literal_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.runs import Run

_TAKEN = frozenset(["lab", "Lab", "Pyro5", "nameserver", "result", "print", "float", *keyword.kwlist])


def lab_code(run: Run, name: str, nameserver: str) -> str:
    """Return a script that does a call again with ``Lab``.

    Parameters
    ----------
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
        f"    {_line(run, variable)}\n"
    )


def pyro_code(run: Run, name: str, nameserver: str, uri: str) -> str:
    """Return a script that does a call again with Pyro5 alone.

    Parameters
    ----------
    name, nameserver
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
    return f"import Pyro5.api\n\n{find}with Pyro5.api.Proxy({address}) as {variable}:\n    {_line(run, variable)}\n"


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
