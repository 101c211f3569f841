"""Every child process imports the package: it must cost nothing, and `Lab` must still be there."""

from __future__ import annotations

import subprocess
import sys


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing():
    assert loaded_by("import pyrolab_gui") - {"__future__", "typing", "collections.abc", "pyrolab_gui"} <= loaded_by(
        "import typing"
    )


def test_lab_is_there_for_scripts():
    loaded = loaded_by("from pyrolab_gui import Lab; assert Lab.__name__ == 'Lab'")
    assert "Pyro5.client" in loaded
    assert not loaded & {"PySide6", "pydantic", "numpy", "yaml"}
