"""A lab as a text for PyroLab: its keys only, in its form.

Limits: comments of the lab file do not come along; what PyroLab has no word for is dropped.
"""

from __future__ import annotations

from typing import Any

from pyrolab_gui.model import emit
from pyrolab_gui.model.lab import KINDS, OWN_KEYS, Lab


def for_pyrolab(lab: Lab) -> str:
    """Return a file of PyroLab's schema 1.0 with every key written out."""
    data: dict[str, Any] = {"version": lab.version}
    for kind in KINDS:
        data[kind] = {
            name: {key: value for key, value in entry.model_dump().items() if key not in OWN_KEYS[kind]}
            for name, entry in lab.entries(kind).items()
        }
    data["autolaunch"] = lab.autolaunch.model_dump()
    head = "# Written by PyroLab GUI for PyroLab: keys that only PyroLab GUI knows are left out.\n"
    return head + "".join(line + "\n" for line in emit.block(data, 0))
