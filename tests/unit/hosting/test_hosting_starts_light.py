"""A child pays for every import: hosting loads nothing that it may not need."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pydantic", "pydantic_core", "numpy", "docstring_parser", "annotated_types", "asyncio", "PySide6", "ruamel")

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
