"""The supervisor as something that the system starts: systemd (Linux), a scheduled task (Windows), launchd (macOS).

What is written and run is made first, as data, so that it can be shown instead (`--print`). A crash of the supervisor
must leave the instruments: systemd is told to end the main process only, launchd to let go of the others. Limits: for
this user; starting without a log-on may need an administrator, and that is said.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from pyrolab_gui.paths import HOME_VARIABLE
from pyrolab_gui.supervision.detached import supervisor_command
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

UNIT = "pyrolab-gui-supervisor.service"
TASK = "PyroLab GUI supervisor"
LABEL = "org.pyrolab-gui.supervisor"
_SECONDS = 60.0
_AGAIN = 0.5
_LINGERING = Path("/var/lib/systemd/linger")
"""Has a file for each user whose services run without a log-on."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What makes the system start the supervisor: a file, and the commands that make the system read it.

    `before` are those that take out what was installed before; they fail where nothing was. `patience` are the seconds
    for which the system may still be busy with that.
    """

    file: Path
    text: str
    commands: tuple[tuple[str, ...], ...]
    removal: tuple[tuple[str, ...], ...]
    encoding: str = "utf-8"
    before: tuple[tuple[str, ...], ...] = ()
    patience: float = 0.0


def installation(
    lab_file: Path | None, *, at_boot: bool, platform: str = sys.platform, home: Path | None = None
) -> Installation:
    """Return what is to be installed on a system.

    Parameters
    ----------
    lab_file
        The lab that the supervisor takes over when it starts; None for the last one.
    at_boot
        Start it with the computer, without a log-on.
    platform
        As `sys.platform`.
    home
        The user's folder.

    Raises
    ------
    LabError
        If the system is not known here.
    """
    command = supervisor_command(*([str(lab_file.absolute())] if lab_file is not None else []))
    environment = {HOME_VARIABLE: os.environ[HOME_VARIABLE]} if os.environ.get(HOME_VARIABLE) else {}
    home = home or Path.home()
    user = getpass.getuser()
    if platform.startswith("linux"):
        return _systemd(command, environment, home, user, at_boot=at_boot)
    if platform == "win32":
        return _task(command, environment, home, user, at_boot=at_boot)
    if platform == "darwin":
        return _launchd(command, environment, home, user, at_boot=at_boot)
    raise LabError(
        f"How a service is installed on {platform} is not known here; start `pyrolab-gui supervisor` itself."
    )


def run(
    lab_file: Path | None, write: Callable[[str], None], *, at_boot: bool, show: bool = False, remove: bool = False
) -> int:
    """Install the supervisor, remove it, or show what would be done; return the exit status.

    Raises
    ------
    LabError
        If a step fails, with what to do.
    """
    if lab_file is not None and not lab_file.is_file():
        raise LabError(f"There is no lab file {lab_file}.")
    made = installation(lab_file, at_boot=at_boot)
    if show:
        write(f"# {made.file}")
        write(made.text.rstrip("\n"))
        for command in made.removal if remove else (*made.before, *made.commands):
            write(f"# {subprocess.list2cmdline(command)}")
        return 0
    if remove:
        for command in made.removal:
            _run(command)
        made.file.unlink(missing_ok=True)
        write(f"The system does not start the supervisor any more; {made.file} is gone. What runs goes on.")
        return 0
    try:
        made.file.parent.mkdir(parents=True, exist_ok=True)
        made.file.write_text(made.text, encoding=made.encoding)
    except OSError as error:
        raise LabError(f"{made.file} cannot be written: {error.strerror or error}.{_AS_ADMIN}", str(error)) from error
    for command in made.before:
        with contextlib.suppress(LabError):
            _run(command)
    for command in made.commands:
        _run_patiently(command, made.patience)
    when = "with this computer, without a log-on" if at_boot else "when you log on"
    write(f"The supervisor runs, and starts {when}. It is described in {made.file}.")
    if not at_boot:
        write("When you log off, it ends and the instruments with it; with --at-boot they run on.")
    return 0


_AS_ADMIN = " It may need an administrator; do it again afterwards."


def _run_patiently(command: Sequence[str], seconds: float) -> None:
    """Run a command, again and again for so long while it fails."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            _run(command)
            return
        except LabError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN)


def _run(command: Sequence[str]) -> None:
    shown = subprocess.list2cmdline(command)
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_SECONDS)
    except FileNotFoundError as error:
        raise LabError(
            f"There is no `{command[0]}` here, so the system cannot be told; do it by hand: {shown}"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise LabError(f"`{shown}` did not end within {_SECONDS:g} s.", str(error)) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        reason = (said.splitlines()[-1] if said else "no reason given").rstrip(".")
        raise LabError(f"`{shown}` failed: {reason}.{_AS_ADMIN}", said)


# -- Linux -------------------------------------------------------------------------------------------------------------


def _systemd(
    command: Sequence[str], environment: Mapping[str, str], home: Path, user: str, *, at_boot: bool
) -> Installation:
    lines = [
        "[Unit]",
        "Description=PyroLab GUI supervisor: the instruments of this computer",
        "Documentation=man:systemd.service(5)",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        f"ExecStart={' '.join(_systemd_word(word).replace('$', '$$') for word in command)}",
        *(f"Environment={_systemd_word(f'{name}={value}')}" for name, value in environment.items()),
        "# A crash, a stop and a restart of the supervisor leave the instruments running; the next one finds them.",
        "KillMode=process",
        "# Also while a window has started one: this one takes over when that one has ended.",
        "Restart=on-failure",
        "RestartSec=5",
        "",
        "[Install]",
        "WantedBy=default.target",
    ]
    # Only an administrator may ask for it, so it is not asked for again.
    linger = (("loginctl", "enable-linger", user),) if at_boot and not (_LINGERING / user).exists() else ()
    control = ("systemctl", "--user")
    return Installation(
        _config_home(home) / "systemd" / "user" / UNIT,
        "\n".join(lines) + "\n",
        # Started anew where it runs: another lab file may be named now. The instruments do not notice.
        (*linger, (*control, "daemon-reload"), (*control, "enable", UNIT), (*control, "restart", UNIT)),
        ((*control, "disable", UNIT),),
    )


def _config_home(home: Path) -> Path:
    given = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(given) if os.path.isabs(given) else home / ".config"


def _systemd_word(word: str) -> str:
    """Quote a word as systemd reads it: % and quotes mean something everywhere, $ in a command only."""
    for old, new in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("\n", "\\n")):
        word = word.replace(old, new)
    return f'"{word}"'


# -- Windows -----------------------------------------------------------------------------------------------------------


def _task(
    command: Sequence[str], environment: Mapping[str, str], home: Path, user: str, *, at_boot: bool
) -> Installation:
    program, *arguments = command
    if environment:  # a task has no environment of its own
        settings = "&& ".join(f'set "{name}={value}"' for name, value in environment.items())
        line = f"{settings}&& {subprocess.list2cmdline(command)}"
        program, arguments_text = "cmd.exe", f'/d /s /c "{line}"'
    else:
        program, arguments_text = _without_console(program), subprocess.list2cmdline(arguments)
    trigger, logon = ("BootTrigger", "S4U") if at_boot else ("LogonTrigger", "InteractiveToken")
    owner = "" if at_boot else f"<UserId>{escape(user)}</UserId>"
    # "Restart on failure" is only for a task that cannot be begun: one that crashed is begun by the repetition.
    text = f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Supervises the instruments of this computer.</Description></RegistrationInfo>
  <Triggers>
    <{trigger}>
      <Repetition><Interval>PT1M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>
      <Enabled>true</Enabled>{owner}
    </{trigger}>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{escape(user)}</UserId><LogonType>{logon}</LogonType><RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Priority>5</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>{escape(program)}</Command><Arguments>{escape(arguments_text)}</Arguments></Exec>
  </Actions>
</Task>
"""
    base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    file = base / "pyrolab-gui" / "supervisor-task.xml"
    return Installation(
        file,
        text,
        (
            ("schtasks", "/Create", "/TN", TASK, "/XML", str(file), "/F"),
            ("schtasks", "/Run", "/TN", TASK),
        ),
        (("schtasks", "/Delete", "/TN", TASK, "/F"),),
        encoding="utf-16",
    )


def _without_console(program: str) -> str:
    """Return the interpreter that opens no console window, where there is one beside this one."""
    path = Path(program)
    quiet = path.with_name("pythonw.exe")
    return str(quiet) if path.name.lower() == "python.exe" and quiet.exists() else program


# -- macOS -------------------------------------------------------------------------------------------------------------


def _launchd(
    command: Sequence[str], environment: Mapping[str, str], home: Path, user: str, *, at_boot: bool
) -> Installation:
    words = "".join(f"    <string>{escape(word)}</string>\n" for word in command)
    variables = "".join(
        f"    <key>{escape(name)}</key><string>{escape(value)}</string>\n" for name, value in environment.items()
    )
    owner = f"  <key>UserName</key><string>{escape(user)}</string>\n" if at_boot else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
        '<plist version="1.0">\n<dict>\n'
        f"  <key>Label</key><string>{LABEL}</string>\n"
        f"  <key>ProgramArguments</key>\n  <array>\n{words}  </array>\n"
        f"  <key>EnvironmentVariables</key>\n  <dict>\n{variables}  </dict>\n{owner}"
        "  <key>RunAtLoad</key><true/>\n"
        "  <!-- Timers of instruments are not to be slowed down as those of background jobs are. -->\n"
        "  <key>ProcessType</key><string>Interactive</string>\n"
        "  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n"
        "  <!-- A crash of the supervisor leaves the instruments running; the next one finds them. -->\n"
        "  <key>AbandonProcessGroup</key><true/>\n"
        "</dict>\n</plist>\n"
    )
    folder = Path("/Library/LaunchDaemons") if at_boot else home / "Library" / "LaunchAgents"
    domain = "system" if at_boot else f"gui/{os.getuid() if sys.platform != 'win32' else 0}"
    file = folder / f"{LABEL}.plist"
    return Installation(
        file,
        text,
        (("launchctl", "bootstrap", domain, str(file)),),
        (("launchctl", "bootout", f"{domain}/{LABEL}"),),
        # One that is loaded cannot be loaded again, and takes a moment to end.
        before=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        patience=10.0,
    )
