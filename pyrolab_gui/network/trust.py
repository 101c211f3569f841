"""Which certificates a connection believes, and which it shows: one SSL context of its own per lab.

Pyro5 keeps one context per process; two labs with different authorities, and plain connections beside them, need one
each. Limits: makes contexts only; it creates no certificate.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Trust:
    """Certificates of one lab, as files in PEM form.

    Parameters
    ----------
    authorities
        The certificates that are believed; empty: those of this machine.
    certificate, key
        What this client shows where the server asks who it is; empty: nothing.
    """

    authorities: str = ""
    certificate: str = ""
    key: str = ""

    @cached_property
    def context(self) -> ssl.SSLContext:
        """The SSL context, made on first use.

        Raises
        ------
        OSError
            If a file is missing or is no certificate (ssl.SSLError is an OSError).
        """
        context = ssl.create_default_context(cafile=self.authorities or None)
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key or None)
        return context
