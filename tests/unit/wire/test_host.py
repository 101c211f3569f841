"""What `wire.host` knows of its clients, and the settings it makes."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from Pyro5 import client, config, errors, server
from Pyro5 import serializers as pyro_serializers

from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.host import LOCAL, ClientInfo, Host, configure
from pyrolab_gui.wire.names import hello


@pytest.fixture(autouse=True)
def pyro_config() -> Iterator[None]:
    before = {name: getattr(config, name) for name in config.__slots__}
    by_name, by_id = dict(pyro_serializers.serializers), dict(pyro_serializers.serializers_by_id)
    configure()
    serializers.register()
    yield
    pyro_serializers.serializers.update(by_name)
    pyro_serializers.serializers_by_id.update(by_id)
    for name, value in before.items():
        setattr(config, name, value)


@server.expose
class Echo:
    def echo(self, value: Any) -> Any:
        return value


class RecordingHost(Host):
    def __init__(self) -> None:
        self.gone: list[ClientInfo] = []
        self.seen: list[ClientInfo] = []
        self.left = threading.Event()
        super().__init__(host="127.0.0.1")

    def validateHandshake(self, conn: Any, data: Any) -> Any:  # noqa: N802
        answer = super().validateHandshake(conn, data)
        self.seen.append(self.client_of(conn))
        return answer

    def on_disconnect(self, conn: Any) -> None:
        self.gone.append(self.client_of(conn))
        self.left.set()


@pytest.fixture
def host() -> Iterator[RecordingHost]:
    made = RecordingHost()
    made.register(Echo, "echo")
    loop = threading.Thread(target=made.requestLoop, daemon=True)
    loop.start()
    yield made
    made.shutdown()
    loop.join(5)


def _proxy(host: Host, handshake: object = "hello") -> client.Proxy:
    proxy = client.Proxy(host.uriFor("echo"))
    proxy._pyroHandshake = handshake
    proxy._pyroTimeout = 5
    return proxy


def test_our_own_client_is_known_by_its_id_on_every_connection(host: RecordingHost) -> None:
    greeting = hello("window-1", "Ada at desk 3")
    with _proxy(host, greeting) as one, _proxy(host, greeting) as two:
        assert one.echo(1) == two.echo(1) == 1
    first, second = host.seen
    assert first == second
    assert first.who == "Ada at desk 3"
    assert first.arrays


def test_other_clients_get_an_id_each_and_no_arrays(host: RecordingHost) -> None:
    with _proxy(host) as one, _proxy(host) as two:
        one.echo(1)
        two.echo(1)
    first, second = host.seen
    assert first.client_id != second.client_id
    assert first.who.startswith("127.0.0.1:")
    assert not first.arrays


@pytest.mark.parametrize("odd", [{"pyrolab_gui": 1}, {"pyrolab_gui": 1, "client": 7}, ["hello"], None, 3])
def test_an_odd_greeting_makes_a_plain_client(host: RecordingHost, odd: object) -> None:
    with _proxy(host, odd) as proxy:
        assert proxy.echo("x") == "x"
    assert not host.seen[0].arrays


def test_a_client_cannot_take_the_id_that_was_made_for_another(host: RecordingHost) -> None:
    with _proxy(host) as plain:
        plain.echo(1)
        with _proxy(host, hello(host.seen[0].client_id, "thief")) as thief:
            thief.echo(1)
    assert host.seen[0].client_id != host.seen[1].client_id


def test_the_end_of_a_client_is_told_and_counted(host: RecordingHost) -> None:
    with _proxy(host, hello("w", "Ada")) as proxy:
        proxy.echo(1)
        assert host.connections == 1
    assert host.left.wait(5)
    assert [info.who for info in host.gone] == ["Ada"]
    assert host.connections == 0


def test_nobody_connected_is_this_process() -> None:
    assert Host.client_of(None) is LOCAL


def test_annotations_left_by_one_call_reach_nobody(host: RecordingHost) -> None:
    from Pyro5.callcontext import current_context

    class Leaky:
        @server.expose
        def leak(self) -> None:
            current_context.response_annotations = {"LEAK": b"secret"}
            raise ValueError("after setting annotations")

    host.register(Leaky, "leaky")
    proxy = client.Proxy(host.uriFor("leaky"))
    proxy._pyroTimeout = 5
    with proxy, pytest.raises(ValueError, match="after setting"):
        proxy.leak()
    seen = []
    for _ in range(8):  # more connections than worker threads that were there from the start
        current_context.response_annotations = {}
        with _proxy(host) as other:
            other._pyroBind()
            seen.append(dict(current_context.response_annotations))
            other.echo(1)
            seen.append(dict(current_context.response_annotations))
    assert all("LEAK" not in annotations for annotations in seen)


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Pyro5 leaves the socket to the collector
def test_a_taken_port_is_an_error_of_the_system(host: RecordingHost) -> None:
    port = int(host.locationStr.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        Host(host="127.0.0.1", port=port)


def test_a_port_that_is_bound_but_not_heard_on_is_not_served_silently() -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]

        if os.name == "posix":
            with mock.patch.object(socket.socket, "listen", side_effect=OSError("taken")):
                with pytest.raises(OSError, match="in use"):
                    Host(host="127.0.0.1", port=port)


def test_configure_sets_what_a_serving_process_needs() -> None:
    configure(servertype="multiplex", threadpool_size=12)
    assert (config.SERVERTYPE, config.THREADPOOL_SIZE, config.ITER_STREAM_LINGER) == ("multiplex", 12, 0.0)
    assert config.SOCK_REUSE is (os.name != "nt")


def test_a_blob_is_refused_with_an_answer(host: RecordingHost) -> None:
    with _proxy(host) as proxy, pytest.raises(errors.SerializeError, match="not taken"):
        proxy.echo(client.SerializedBlob("info", "data"))
    with _proxy(host) as proxy:
        assert proxy.echo(2) == 2
