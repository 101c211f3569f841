"""What several integration tests share and what takes long to make."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

PYROLAB = "pyrolab==0.5.0"


@pytest.fixture(scope="session")
def pyrolab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `pyrolab` command; PYROLAB_TEST_VENV names a folder where the environment is kept between runs."""
    kept = os.environ.get("PYROLAB_TEST_VENV")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("pyrolab") / "venv"
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    command = scripts / ("pyrolab.exe" if sys.platform == "win32" else "pyrolab")
    if command.exists():
        return command
    python, uv = str(scripts / "python"), shutil.which("uv")
    if uv:  # Debian's python3 comes without what `venv` needs to install pip
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        _run(uv, "pip", "install", "--quiet", "--python", python, PYROLAB)
    else:
        venv.create(folder, with_pip=True)
        _run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", PYROLAB)
    return command


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
