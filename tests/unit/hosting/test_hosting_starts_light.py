"""A child pays for every import: hosting loads nothing that it may not need."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pydantic", "pydantic_core", "numpy", "docstring_parser", "annotated_types", "asyncio", "PySide6", "yaml")

PROGRAM = f"""
import sys
from pyrolab_gui.hosting import daemon_object, describe, service
from pyrolab_gui.wire import host, serializers
from pyrolab_gui.wire.plans import ServicePlan

class Laser:
    power = property(lambda self: 1.0, lambda self, value: None)
    def move(self, x: float) -> float: ...

service.HostedService(ServicePlan("laser", "laser", "m", "Laser"), Laser)
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_hosting_a_class_loads_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"


CALL = """
import sys
from typing import Annotated, Literal
import annotated_types as at
from pyrolab_gui.hosting.arguments import CallCheck
from pyrolab_gui.hosting.members import members_of

class Laser:
    def sweep(self, start: Annotated[float, at.Ge(0)], mode: Literal["up", "down"], n: int | None = None) -> float: ...

member = members_of(Laser)["sweep"]
print(CallCheck(Laser, member, "laser.sweep", {})((1, "up", 3.0), {}))
print([name for name in ("pydantic", "numpy", "docstring_parser") if name in sys.modules])
"""


def test_the_first_call_with_arguments_loads_the_core_of_pydantic_only():
    done = subprocess.run([sys.executable, "-c", CALL], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.splitlines() == ["((1.0, 'up', 3), {})", "[]"]
