"""The command that writes the beginning of a new driver.

Limits: writes one file, and never over another.
"""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.cli.command import Command, say

if TYPE_CHECKING:
    import argparse

_TEXT = '''\
"""The {words}: what it is, and what this driver cannot do."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval, Unit


class {classname}:
    """The {words}, in one line: what it is good for, and its range.

    What a colleague should know before using it.
    """

    # usb_ids = ("0403:6001",)  # vendor and product: it is offered where such a one is plugged in

    def __init__(self) -> None:
        self._power = 0.0

    def connect(self, port: str, timeout: Annotated[float, Interval(gt=0), Unit("s")] = 2.0) -> None:
        """Open the instrument.

        Parameters
        ----------
        port
            Where it is plugged in.
        timeout
            How long an answer may take.
        """

    def identify(self) -> str:
        """Ask the instrument who it is."""
        return "maker,{classname},serial number,firmware"

    @property
    def power(self) -> Annotated[float, Interval(ge=0, le=10), Unit("mW")]:
        """Power at the output."""
        return self._power

    @power.setter
    def power(self, value: Annotated[float, Interval(ge=0, le=10), Unit("mW")]) -> None:
        self._power = value

    def measure(self) -> Annotated[float, Unit("mW")]:
        """Take one measurement."""
        return self._power

    def safe_state(self) -> None:
        """Bring the instrument into a harmless state; called when somebody asks for it, and before it is closed."""
        self._power = 0.0

    def close(self) -> None:
        """Let go of the instrument."""
'''


def _new_driver(options: argparse.Namespace) -> int:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", options.name.removesuffix(".py")).lower()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        print(
            f"“{options.name}” cannot be the name of a driver: letters, digits and _, a letter first.", file=sys.stderr
        )
        return 2
    camel = options.name if re.fullmatch(r"[A-Z]\w*", options.name) else name.title().replace("_", "")
    file = Path(options.folder, f"{name}.py")
    text = _TEXT.format(words=name.replace("_", " "), classname=camel)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        print(f"{file} is there already; nothing was written.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{file} cannot be written: {(error.strerror or str(error)).lower()}.", file=sys.stderr)
        return 1
    say(f"{file} was written. Its folder belongs among the search paths of a daemon; then it is found by")
    say(f"“Add an instrument”. What the window will show of it: pyrolab-gui describe {name}:{camel}")
    return 0


def _new_driver_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the driver: tunable_laser or TunableLaser")
    parser.add_argument("--folder", metavar="FOLDER", default=".", help="where the file is to be; this folder")


COMMANDS = {"new-driver": Command("write the beginning of a new driver", _new_driver, _new_driver_options)}
