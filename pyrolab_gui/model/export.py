"""A lab as a text for PyroLab: its keys only, in its form.

Limits: comments of the lab file do not come along; what PyroLab has no word for is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.model import emit
from pyrolab_gui.model.lab import KINDS, OWN_KEYS, Lab

if TYPE_CHECKING:
    from collections.abc import Mapping


def for_pyrolab(lab: Lab, ports: Mapping[str, str] | None = None) -> str:
    """Return a file of PyroLab's schema 1.0 with every key written out.

    Parameters
    ----------
    lab
        The lab.
    ports
        What is written for parameters that PyroLab cannot follow, those that name a port by its serial number: the
        parameter, and the port's name of now.
    """
    ports = ports or {}
    data: dict[str, Any] = {"version": lab.version}
    for kind in KINDS:
        data[kind] = {
            name: {
                key: _with(value, ports) if key == "parameters" else value
                for key, value in entry.model_dump().items()
                if key not in OWN_KEYS[kind]
            }
            for name, entry in lab.entries(kind).items()
        }
    data["autolaunch"] = lab.autolaunch.model_dump()
    head = "# Written by PyroLab GUI for PyroLab: keys that only PyroLab GUI knows are left out.\n"
    return head + "".join(line + "\n" for line in emit.block(data, 0))


def _with(parameters: dict[str, Any], ports: Mapping[str, str]) -> dict[str, Any]:
    return {key: ports.get(value, value) if isinstance(value, str) else value for key, value in parameters.items()}
