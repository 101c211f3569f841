"""The ways to one address, in plain text and with each lab's certificates, tried one after the other.

Used alike by calls, control links and the doctor, so that all find the same and tell the same. Limits: opens nothing
itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.network.tls_faults import TlsCause, TlsFault, wants_tls
from pyrolab_gui.network.trust import ways_to

if TYPE_CHECKING:
    from pyrolab_gui.network.trust import Security, Trust


class Ways:
    """What is still to be tried, and of what failed, what is worth telling.

    Parameters
    ----------
    security
        The certificates; None for plain text alone.
    host, port
        The address.
    """

    def __init__(self, security: Security | None, host: str, port: int) -> None:
        self._security, self._host, self._port = security, host, port
        self._left = list(ways_to(security, host, port))
        self._strange = self._alert = False
        self._fault: TlsFault | None = None

    @property
    def left(self) -> bool:
        """Whether there is a way that was not tried."""
        return bool(self._left)

    @property
    def way(self) -> Trust | None:
        """The one to try now: certificates, or None for plain text."""
        return self._left[0]

    @property
    def fault(self) -> TlsFault | None:
        """After the last one: what the two ends do not agree on; None where what listens is no Pyro5 server."""
        if self._strange and self._fault is not None and self._fault.cause is TlsCause.NO_TLS:
            return None  # neither in plain text nor in TLS
        if self._fault is None and (self._alert or not self._strange):
            return wants_tls(f"{self._host}:{self._port}")
        return self._fault

    def fits(self) -> None:
        """Take note that the way is the right one."""
        if self._security is not None:
            self._security.found(self._host, self._port, self.way)

    def is_strange(self, alert: bool = False) -> None:
        """Go on: in plain text it gave no answer of Pyro5; `alert` where it was one of TLS for certain."""
        self._strange, self._alert = True, alert
        del self._left[0]

    def fails(self, fault: TlsFault) -> None:
        """Go on: TLS with these certificates fails."""
        if fault.cause is TlsCause.NO_TLS:  # no other certificates will make it speak TLS
            self._fault = fault
            self._left = [way for way in self._left if way is None]
            return
        if fault.cause is not TlsCause.FILES:
            self.fits()  # not quite: but it speaks TLS
            self._left = [way for way in self._left if way is not None]
        if self._fault is None or fault.cause is not TlsCause.STRANGER:
            self._fault = fault
        del self._left[0]
