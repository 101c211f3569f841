"""What can be copied of an entry: its addresses, and the lines of Python that reach it."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def pyroname(name: str, nameserver: str) -> str:
    """Return the address by name, which survives a restart on another port."""
    return f"PYRONAME:{name}@{nameserver}" if nameserver else f"PYRONAME:{name}"


def python_lines(names: Sequence[str] | str, nameserver: str) -> str:
    """Return a script's first lines."""
    lines = ["from pyrolab_gui import Lab", "", f'lab = Lab("{nameserver}")']
    used: set[str] = set()
    for name in [names] if isinstance(names, str) else names:
        variable = _variable(name, used)
        used.add(variable)
        lines.append(f'{variable} = lab["{name}"]')
    return "\n".join(lines) + "\n"


def _variable(name: str, used: set[str]) -> str:
    variable = re.sub(r"\W", "_", name.rpartition(".")[2]).strip("_").lower() or "instrument"
    if variable[0].isdigit() or keyword.iskeyword(variable):
        variable = f"instrument_{variable}"
    if variable in used:
        variable = re.sub(r"\W", "_", name).strip("_").lower()
    return variable
