"""What does not agree between the lab files of several PCs: one name twice, one instrument of the network twice.

Limits: a function of the labs alone; each is also checked by itself (``check``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.model.problems import Problem
from pyrolab_gui.model.resources import is_of_network, resources_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.model.lab import Lab


def problems_between(labs: Mapping[str, Lab]) -> list[tuple[str, Problem]]:
    """Return the findings with the PC whose file they are in: the second of the two that do not agree.

    Parameters
    ----------
    labs
        The lab of each PC, by its name.
    """
    names: dict[str, str] = {}
    instruments: dict[str, tuple[str, str]] = {}
    found: list[tuple[str, Problem]] = []
    for host, lab in labs.items():
        for name, service in lab.services.items():
            if service.out_of_service:
                continue
            other = names.setdefault(name, host)
            if other != host:
                sentence = f"{other} has a service of the same name; in a nameserver one hides the other."
                found.append((host, Problem(("services", name), None, sentence)))
            for key, instrument in resources_of(service.parameters):
                if not is_of_network(instrument):
                    continue
                there, whose = instruments.setdefault(instrument, (host, name))
                if there != host:
                    sentence = f"{instrument} is also opened by '{whose}' on {there}; only one of them gets it."
                    found.append((host, Problem(("services", name, "parameters", key), None, sentence)))
    return found
