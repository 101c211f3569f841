"""The window as a process of its own: it starts without a display server, ends at a signal, and keeps its settings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SECONDS = 60.0


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_closes_the_window_in_order(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYROLAB_GUI_HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pyrolab_gui"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        end = time.monotonic() + SECONDS
        lock = tmp_path / "state" / "window.lock"  # taken when the window works
        while not lock.exists():
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < end
            time.sleep(0.02)
        process.send_signal(number)
        output, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, output
        assert "Traceback" not in output
        settings = json.loads((tmp_path / "config" / "window.json").read_text())
        assert settings["page"] == "daemons"
        assert not lock.exists()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
