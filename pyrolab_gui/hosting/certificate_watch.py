"""Says in time that the certificate of this process ends, and at once that it does not fit where clients look for it.

Looked at when all else serves, and once a day. Limits: what a client thinks of it is said by the client.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pyrolab_gui.wire import tls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FIRST_SECONDS = 1.0
_DAY_SECONDS = 86_400.0


def watch_certificate(files: Mapping[str, str], host: str, tell: Callable[[str], None]) -> None:
    """Begin to look at a certificate, where there is one; returns at once.

    Parameters
    ----------
    files
        Those of TLS; empty where this process serves in plain text.
    host
        By which name or address clients are told to reach it.
    tell
        Called with a sentence where something is wrong, and with an empty text where it is no more; on a thread.
    """
    if not files:
        return

    def work() -> None:
        said, pause = "", threading.Event()
        wait = _FIRST_SECONDS
        while not pause.wait(wait):
            found = _complaint(files["certificate"], host)
            if found != said:
                said = found
                tell(found)
            wait = _DAY_SECONDS

    threading.Thread(target=work, name="certificate", daemon=True).start()


def _complaint(certificate: str, host: str) -> str:
    hosts = tls.hosts(certificate)
    if hosts is not None and host.lower() not in hosts:
        return (
            f"Its certificate does not hold for {host}, so clients will refuse it: issue one with --host {host} "
            f"(it holds for {', '.join(hosts) or 'nothing'})."
        )
    return tls.ending(certificate)
