"""The same small lab, a nameserver and two daemons, run by PyroLab 0.5 and by us, for the rows that compare them.

PyroLab is installed into a virtual environment of its own; PYROLAB_TEST_VENV names a folder where it is kept.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from pathlib import Path

import psutil
import Pyro5.api
import Pyro5.errors

from tests.benchmarks import servers

NAMES = ("bench.one", "bench.two")
LIMIT = 90.0
LAB = """version: "1.0"
nameservers:
  main: {{host: localhost, ns_port: {port}, broadcast: false, ns_autoclean: 0.0, storage: memory}}
daemons:
  one: {{classname: Daemon, host: localhost, nameservers: [main]{more}}}
  two: {{classname: Daemon, host: localhost, nameservers: [main]{more}}}
services:
  bench.one: {{module: {module}, classname: {cls}, instancemode: single, daemon: one, nameservers: [main]}}
  bench.two: {{module: {module}, classname: {cls}, instancemode: single, daemon: two, nameservers: [main]}}
autolaunch: {{nameservers: [main], daemons: [one, two]}}
"""
_PAUSE = threading.Event()


class Lab:
    """A lab with the commands that run it."""

    program: tuple[str, ...]

    def __init__(self, folder: Path, module: str, cls: str, more: str = "") -> None:
        self.folder = folder
        folder.mkdir()
        self.port = servers.free_port()
        self.file = folder / "lab.yaml"
        self.file.write_text(LAB.format(port=self.port, module=module, cls=cls, more=more))
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("PYRO")}

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command."""
        return subprocess.Popen(
            [*self.program, *words],
            cwd=servers.ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *words: str) -> float:
        """Run a command and return its seconds."""
        start = time.perf_counter()
        if self.begin(*words).wait(LIMIT):
            raise RuntimeError(f"{self.program[-1]} {' '.join(words)} failed")
        return time.perf_counter() - start

    def up(self) -> float:
        """Return the seconds from nothing until both services answer through the nameserver."""
        start = time.perf_counter()
        process = self.begin(*self.up_words())
        self.wait_served()
        seconds = time.perf_counter() - start
        process.wait(LIMIT)
        return seconds

    def crash(self) -> float:
        """Return the seconds from a kill -9 of the first daemon until its service answers again."""
        psutil.Process(self.pid_of_first_daemon()).kill()
        start = time.perf_counter()
        self.wait_served(NAMES[:1])
        return time.perf_counter() - start

    def up_words(self) -> tuple[str, ...]:
        raise NotImplementedError

    def wait_served(self, names: tuple[str, ...] = NAMES) -> None:
        """Wait until the services answer through the nameserver."""
        end = time.monotonic() + LIMIT
        for name in names:
            while not self._answers(name):
                if time.monotonic() > end:
                    raise TimeoutError(f"{name} does not serve")
                _PAUSE.wait(0.004)

    def _answers(self, name: str) -> bool:
        try:
            with Pyro5.api.Proxy(f"PYRO:Pyro.NameServer@localhost:{self.port}") as nameserver:
                nameserver._pyroTimeout = 1.0
                uri = nameserver.lookup(name)
            with Pyro5.api.Proxy(uri) as service:
                service._pyroTimeout = 1.0
                service._pyroBind()
                return True
        except (Pyro5.errors.PyroError, OSError):
            return False

    def pid_of_first_daemon(self) -> int:
        """Return the process that serves the first service: the one that listens at its port."""
        with Pyro5.api.Proxy(f"PYRO:Pyro.NameServer@localhost:{self.port}") as nameserver:
            port = nameserver.lookup(NAMES[0]).port
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                if any(c.laddr and c.laddr.port == port and c.status == "LISTEN" for c in process.net_connections()):
                    return process.pid
        raise LookupError("the daemon is not found")

    def processes(self) -> list[psutil.Process]:
        """Return what runs for this lab."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if str(self.folder) in process.environ().get(self.mark, ""):
                    found.append(process)
        return found

    mark = ""
    """The environment variable by which its processes are known."""

    def close(self) -> None:
        """End what is left."""
        left = self.processes()
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, 10)


class PyroLab(Lab):
    """Run by PyroLab 0.5."""

    mark = "PYROLAB_DATA_DIR"

    def __init__(self, folder: Path, command: Path) -> None:
        super().__init__(folder, "pyrolab.drivers.sample", "SampleService")
        self.program = (str(command),)
        self.environment |= {
            "PYROLAB_DATA_DIR": str(folder / "data"),
            "PYROLAB_NO_VERSION_CHECK": "1",
            "HOME": str(folder),
        }
        self.run("config", "update", str(self.file))

    def up_words(self) -> tuple[str, ...]:
        return ("up",)


class Ours(Lab):
    """Run by our supervisor."""

    mark = "PYROLAB_GUI_HOME"
    program = (sys.executable, "-m", "pyrolab_gui")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "services", "Echo", f", search_paths: ['{Path(__file__).parent}']")
        self.home = folder / "home"
        self.environment["PYROLAB_GUI_HOME"] = str(self.home)

    def forget_plan(self) -> None:
        """Have the lab file read again: PyroLab has read its own with ``config update``, ours is kept after a start."""
        (self.home / "state" / "last-plan.json").unlink(missing_ok=True)

    def up_words(self) -> tuple[str, ...]:
        return ("up", str(self.file))


@contextlib.contextmanager
def both(folder: Path) -> Iterator[tuple[PyroLab, Ours]]:
    """Give the lab of PyroLab and ours; nothing runs yet, and nothing afterwards."""
    theirs, ours = PyroLab(folder / "pyrolab", installed(folder)), Ours(folder / "ours")
    try:
        yield theirs, ours
    finally:
        theirs.close()
        ours.close()


def installed(folder: Path) -> Path:
    """Return the command of PyroLab 0.5, installing it where it is not."""
    kept = os.environ.get("PYROLAB_TEST_VENV")
    place = Path(kept) if kept else folder / "venv"
    scripts = place / ("Scripts" if sys.platform == "win32" else "bin")
    command = scripts / ("pyrolab.exe" if sys.platform == "win32" else "pyrolab")
    if not command.exists():
        venv.create(place, with_pip=True)
        pip = [str(scripts / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "pyrolab==0.5.0"]
        subprocess.run(pip, check=True, timeout=600, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return command
