"""Who this client is, as it introduces itself to every daemon: a person, at a computer, with a program.

Sessions and readings belong to the client, which is one window or script with all its connections; locks belong to the
person, with all the windows and scripts that give that name. Whoever gives no name is the account at this computer.
All show the same certificates where a server asks for one. Limits: the name is an introduction, not a proof.
"""

from __future__ import annotations

import getpass
import os
import socket
import sys
import uuid
from dataclasses import dataclass, field

from pyrolab_gui.network import person
from pyrolab_gui.network.trust import Trusts
from pyrolab_gui.wire import names


@dataclass(slots=True)
class Identity:
    """A client's id (unique, the same for all its connections), who it is in words, its certificates, and its person.

    Without a `person` the client is a person of its own.
    """

    client: str
    who: str
    trust: Trusts = field(default_factory=Trusts, compare=False)
    person: str = ""
    program: str = ""
    """Which program of the person it is: ``window``, ``sweep.py``."""
    _hello: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def here(cls, purpose: str = "", user: str = "", program: str = "") -> Identity:
        """Return a new identity for this process: ``user@machine``, and what for: ``user@machine (recording)``.

        Without a `user` it is the one who gave a name on this account, else the account itself; without a `program`
        the script that runs.
        """
        made = cls(uuid.uuid4().hex, "", Trusts.here(), program=program or ("" if purpose else _script()))
        made.introduce(user or person.known(), purpose)
        return made

    def introduce(self, user: str, purpose: str = "") -> None:
        """Be called otherwise from now on, in every introduction that is made; an empty name stands for the account."""
        name = " ".join(user.split())
        here = f"{name or _account()}@{socket.gethostname()}"
        self.who = f"{here} ({purpose})" if purpose else here
        self.person = name or here
        self._hello.update(self._introduction())

    def _introduction(self) -> dict[str, object]:
        return names.hello(self.client, self.who, person=self.person, program=self.program, process=os.getpid())

    def hello(self) -> dict[str, object]:
        """Return the handshake of our own clients; it changes with `introduce`, wherever it is kept."""
        if not self._hello:
            self._hello.update(self._introduction())
        return self._hello


def _script() -> str:
    """Return what runs here, as its user knows it."""
    folder, name = os.path.split(sys.argv[0] if sys.argv else "")
    if name.startswith(("ipykernel", "colab_kernel")):
        return "notebook"
    if name in ("", "-c", "-m", "ipython"):
        return "Python"
    if name == "__main__.py":
        return os.path.basename(folder).replace("_", "-")
    return name.removesuffix(".exe")


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no user name in this environment (a container, a service)
        return "somebody"
