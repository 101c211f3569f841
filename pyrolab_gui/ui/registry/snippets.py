"""What can be copied of an entry: its addresses, and the lines of Python that reach it."""

from __future__ import annotations

import keyword
import re


def pyroname(name: str, nameserver: str) -> str:
    """Return the address by name, which survives a restart on another port."""
    return f"PYRONAME:{name}@{nameserver}" if nameserver else f"PYRONAME:{name}"


def python_lines(name: str, nameserver: str) -> str:
    """Return a script's first lines."""
    variable = re.sub(r"\W", "_", name.rpartition(".")[2]).strip("_").lower() or "instrument"
    if variable[0].isdigit() or keyword.iskeyword(variable):
        variable = f"instrument_{variable}"
    return f'from pyrolab_gui import Lab\n\nlab = Lab("{nameserver}")\n{variable} = lab["{name}"]\n'
