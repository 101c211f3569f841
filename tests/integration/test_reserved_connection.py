"""Where clients have taken every connection of a daemon, one that is urgent is let in all the same, and no other."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from Pyro5 import client, errors

from pyrolab_gui.wire.names import URGENT_KEY, hello
from tests.integration.test_hardened_host import serving

THREADS = 4


def _proxy(uri: str, **more: Any) -> Any:
    proxy = client.Proxy(uri)
    proxy._pyroTimeout = 5
    proxy._pyroHandshake = {**hello("id", "ada"), **more}
    return proxy


def test_an_urgent_client_is_let_in_where_every_connection_is_taken() -> None:
    with serving(threads=THREADS) as uri, contextlib.ExitStack() as open_proxies:
        for _ in range(THREADS):
            open_proxies.enter_context(_proxy(uri))._pyroBind()
        with pytest.raises(errors.CommunicationError, match="all connections are taken"), _proxy(uri) as refused:
            refused._pyroBind()
        for _ in range(6):  # the reserve is there again each time
            with _proxy(uri, **{URGENT_KEY: True}) as urgent:
                assert urgent.echo("safe") == "safe"
