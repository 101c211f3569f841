"""The supervisor's own interface: a Pyro5 service on this computer, for who knows the secret of the state folder.

Clients say the token in their handshake; it stands in a file that only the user may read. Everything travels as plain
data of `wire`. Where the settings say so it is served to the lab's other PCs too, over TLS, to who shows a certificate
of the lab. Limits: it decides nothing, the supervisor does.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.trust import certificates_folder
from pyrolab_gui.supervision.changes import Changes
from pyrolab_gui.supervision.lan import tls_files
from pyrolab_gui.supervision.lan_service import LanService
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.supervision.service_object import FarInterface, Interface
from pyrolab_gui.supervision.version import version
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.host import Host
from pyrolab_gui.wire.names import SERVICE_FILE, SUPERVISOR_OBJECT
from pyrolab_gui.wire.supervision import TOKEN_KEY, ServiceAddress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyrolab_gui.supervision.lan import LanSettings
    from pyrolab_gui.supervision.supervisor import Supervisor
    from pyrolab_gui.wire.supervision import SupervisorInfo

_HOST = "127.0.0.1"


class _SecretHost(Host):
    """Lets in who says the token."""

    def __init__(self, token: str) -> None:
        self._token = token
        super().__init__(host=_HOST, port=0)

    def validateHandshake(self, conn: Any, data: Any) -> Any:  # noqa: N802 - Pyro5's name
        token = data.get(TOKEN_KEY) if isinstance(data, dict) else None
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), self._token.encode()):
            raise PermissionError("the secret of the supervisor is needed")
        return super().validateHandshake(conn, data)


class SupervisorService:
    """Serves a supervisor to windows and commands.

    Parameters
    ----------
    supervisor
        Whom to serve.
    state_dir
        Where the address and the token are written.
    on_shutdown
        Called, from a thread of a client, when one wants this process to end; with whether children end too.
    ends_with_children
        Whether a window that stops all means this process too: it was started by a window.
    lan
        Where to listen for other PCs, and with which certificates.

    Raises
    ------
    LabError
        If the address file cannot be written. That it cannot listen for other PCs is `lan_problem`.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        state_dir: Path,
        on_shutdown: Callable[[bool], None],
        *,
        ends_with_children: bool = False,
        lan: LanSettings | None = None,
    ) -> None:
        token = secrets.token_urlsafe(32)
        self._file = state_dir / SERVICE_FILE
        self._changes = Changes(supervisor)
        self._host = _SecretHost(token)
        self.lan: LanService | None = None
        self.lan_problem = ""
        if lan is not None and lan.listen is not None:
            try:
                tls = tls_files(certificates_folder(), lan.certificates)
                self.lan = LanService(lan.listen, tls, FarInterface(supervisor, self._changes, self._introduced))
            except LabError as error:
                self.lan_problem = error.sentence
        interface = Interface(
            supervisor, self._changes, self._introduced, on_shutdown, ends_with_children=ends_with_children
        )
        self._host.register(interface, SUPERVISOR_OBJECT)
        port = int(self._host.locationStr.rpartition(":")[2])
        self._address = ServiceAddress(_HOST, port, token, os.getpid(), version()).to_json()
        self._thread = threading.Thread(target=self._host.requestLoop, name="supervisor service", daemon=True)
        self._thread.start()
        try:
            write_private(self._file, self._address, in_place=True)
        except OSError as error:
            self.close()
            raise LabError(
                f"The supervisor cannot write {self._file}: {error.strerror or error}.", str(error)
            ) from error

    @property
    def clients(self) -> int:
        """How many connections there are."""
        return self._host.connections + (self.lan.clients if self.lan is not None else 0)

    def _introduced(self, info: SupervisorInfo) -> SupervisorInfo:
        return replace(info, address=self.lan.address if self.lan is not None else "", problem=self.lan_problem)

    def keep_address(self) -> None:
        """Write the address again where the file is gone or damaged."""
        with contextlib.suppress(OSError):
            if self._file.exists() and self._file.read_text("utf-8", "replace") == self._address:
                return
            write_private(self._file, self._address, in_place=True)

    def withdraw(self) -> None:
        """Remove the address: the process ends, and that ends all connections; nobody is to wait for each of them."""
        with contextlib.suppress(OSError):
            if self._file.read_text("utf-8") == self._address:
                self._file.unlink()
        self._changes.end()

    def close(self) -> None:
        """Withdraw, let go of all clients and stop listening, where the process goes on."""
        self.withdraw()
        if self.lan is not None:
            self.lan.close()
        self._host.shutdown()
        self._thread.join(2.0)
