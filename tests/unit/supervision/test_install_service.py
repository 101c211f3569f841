"""What makes the system start the supervisor, for each system; nothing of it is installed here."""

from __future__ import annotations

import getpass
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pyrolab_gui.supervision import install_service
from pyrolab_gui.supervision.detached import supervisor_command
from pyrolab_gui.supervision.install_service import installation, run
from pyrolab_gui.wire.errors import LabError


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.delenv("PYROLAB_GUI_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def test_systemd_leaves_the_instruments_when_the_supervisor_crashes(tmp_path):
    made = installation(tmp_path / "my lab.yaml", at_boot=False, platform="linux", home=tmp_path)
    assert made.file == tmp_path / ".config" / "systemd" / "user" / "pyrolab-gui-supervisor.service"
    lines = made.text.splitlines()
    assert "KillMode=process" in lines
    assert "Restart=on-failure" in lines
    assert f'"supervisor" "{tmp_path / "my lab.yaml"}"' in made.text
    assert not [command for command in made.commands if "enable-linger" in command]


def test_systemd_without_a_log_on(tmp_path):
    made = installation(None, at_boot=True, platform="linux", home=tmp_path)
    assert made.commands[0][:2] == ("loginctl", "enable-linger")
    unit = "pyrolab-gui-supervisor.service"
    assert made.commands[-2:] == (("systemctl", "--user", "enable", unit), ("systemctl", "--user", "restart", unit))


def test_what_an_administrator_has_allowed_is_not_asked_for_again(tmp_path, monkeypatch):
    monkeypatch.setattr(install_service, "_LINGERING", tmp_path)
    (tmp_path / getpass.getuser()).touch()
    made = installation(None, at_boot=True, platform="linux", home=tmp_path)
    assert not [command for command in made.commands if "enable-linger" in command]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_understands_the_unit(tmp_path, monkeypatch):
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path / '100 % of "my" $HOME'))
    made = installation(tmp_path / "a lab.yaml", at_boot=True, platform="linux", home=tmp_path)
    unit = tmp_path / "pyrolab-gui-supervisor.service"
    unit.write_text(made.text)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    command = ["systemd-analyze", "verify", "--user", "--man=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert unit.name not in done.stderr, done.stderr
    unit.write_text(made.text.replace("KillMode=process", "KillMode=nonsense"))
    assert unit.name in subprocess.run(command, capture_output=True, text=True).stderr


def test_a_task_of_windows(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    made = installation(tmp_path / "R&D lab.yaml", at_boot=False, platform="win32", home=tmp_path)
    root = ElementTree.fromstring(made.text.encode("utf-16"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert made.encoding == "utf-16"
    assert root.findtext(".//t:Command", namespaces=space) == supervisor_command()[0]
    arguments = root.findtext(".//t:Arguments", namespaces=space) or ""
    assert arguments.endswith('supervisor "' + str(tmp_path / "R&D lab.yaml") + '"')
    assert root.find(".//t:LogonTrigger", space) is not None
    assert root.findtext(".//t:ExecutionTimeLimit", namespaces=space) == "PT0S"
    assert root.findtext(".//t:Repetition/t:Interval", namespaces=space) == "PT1M", "one that crashed comes back"
    assert root.findtext(".//t:Priority", namespaces=space) == "5", "not with the low priority of background tasks"
    assert made.commands[0] == ("schtasks", "/Create", "/TN", "PyroLab GUI supervisor", "/XML", str(made.file), "/F")
    boot = installation(None, at_boot=True, platform="win32", home=tmp_path)
    assert "<BootTrigger>" in boot.text
    assert "<LogonType>S4U</LogonType>" in boot.text


def test_a_task_has_no_environment_so_the_shell_sets_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PYROLAB_GUI_HOME", r"D:\my lab")
    made = installation(None, at_boot=False, platform="win32", home=tmp_path)
    assert "<Command>cmd.exe</Command>" in made.text
    assert r'set "PYROLAB_GUI_HOME=D:\my lab"' in made.text


def test_launchd_lets_go_of_the_instruments(tmp_path, monkeypatch):
    monkeypatch.setenv("PYROLAB_GUI_HOME", "/data/a & b")
    made = installation(tmp_path / "lab.yaml", at_boot=False, platform="darwin", home=tmp_path)
    read = plistlib.loads(made.text.encode())
    assert read["AbandonProcessGroup"] is True
    assert read["ProgramArguments"] == supervisor_command(str(tmp_path / "lab.yaml"))
    assert read["EnvironmentVariables"] == {"PYROLAB_GUI_HOME": "/data/a & b"}
    assert made.file == tmp_path / "Library" / "LaunchAgents" / "org.pyrolab-gui.supervisor.plist"
    boot = installation(None, at_boot=True, platform="darwin", home=tmp_path)
    assert boot.file.parent == Path("/Library/LaunchDaemons")
    assert "UserName" in plistlib.loads(boot.text.encode())


def test_another_system_is_a_sentence(tmp_path):
    with pytest.raises(LabError, match="not known here"):
        installation(None, at_boot=False, platform="sunos5", home=tmp_path)


def test_print_shows_everything_and_does_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: pytest.fail("nothing may be run"))
    lines: list[str] = []
    assert run(None, lines.append, at_boot=True, show=True) == 0
    made = installation(None, at_boot=True)
    assert lines[0] == f"# {made.file}"
    assert lines[1] == made.text.rstrip("\n")
    assert len(lines) == 2 + len(made.commands)
    assert not made.file.exists()


def test_it_is_written_and_the_system_is_told_and_it_can_be_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(install_service, "_run", lambda command: told.append(tuple(command)))
    lines: list[str] = []
    assert run(None, lines.append, at_boot=False) == 0
    made = installation(None, at_boot=False)
    assert made.file.read_text(made.encoding) == made.text
    assert tuple(told) == (*made.before, *made.commands)
    assert lines[0] == f"The supervisor runs, and starts when you log on. It is described in {made.file}."
    assert "When you log off, it ends" in lines[1], "which systems do with all that belongs to a session"
    told.clear()
    assert run(None, lines.append, at_boot=False, remove=True) == 0
    assert tuple(told) == made.removal
    assert not made.file.exists()


def test_one_that_launchd_has_loaded_already_is_loaded_anew(tmp_path, monkeypatch):
    """It takes out the old one, which fails where there is none, and may still be busy with that for a moment."""
    made = installation(None, at_boot=False, platform="darwin", home=tmp_path)
    monkeypatch.setattr(install_service, "installation", lambda *args, **more: made)
    monkeypatch.setattr(install_service, "_AGAIN", 0.0)
    told: list[str] = []

    def launchctl(command):
        told.append(command[1])
        if told in (["bootout"], ["bootout", "bootstrap"]):
            raise LabError("busy")

    monkeypatch.setattr(install_service, "_run", launchctl)
    assert run(None, print, at_boot=False) == 0
    assert told == ["bootout", "bootstrap", "bootstrap"]


def test_what_the_system_refuses_is_a_sentence(tmp_path, monkeypatch):
    refusing = (sys.executable, "-c", "import sys; sys.exit('first\\nAccess is denied')")
    with pytest.raises(LabError, match=r"failed: Access is denied\. It may need an administrator; do it again"):
        install_service._run(refusing)
    with pytest.raises(LabError, match="There is no `no-such-program` here"):
        install_service._run(("no-such-program", "x"))
    with pytest.raises(LabError, match="There is no lab file"):
        run(tmp_path / "lab.yaml", print, at_boot=False)
