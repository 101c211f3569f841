"""Making, connecting and closing drivers."""

from __future__ import annotations

import threading

import pytest

from pyrolab_gui.hosting.connector import Connector
from pyrolab_gui.hosting.lifecycle import create, dispose


class Plain:
    def __init__(self, port: str, baud: int = 9600) -> None:
        self.given = (port, baud)


class Connecting:
    def __init__(self, name: str = "", slot: int = 0) -> None:
        self.name, self.slot, self.given, self.closed = name, slot, "", False

    def connect(self, port: str) -> None:
        if port == "bad":
            raise OSError("no answer")
        self.given = port

    def close(self) -> None:
        self.closed = True


class Free:
    def __init__(self, name: str) -> None:
        self.name = name

    def connect(self, **parameters: object) -> None:
        self.parameters = parameters


def test_parameters_go_to_the_constructor():
    assert create(Plain, {"port": "COM4"}).given == ("COM4", 9600)


def test_parameters_go_to_connect_where_there_is_one():
    driver = create(Connecting, {"port": "COM4", "name": "a"})
    assert (driver.given, driver.name) == ("COM4", "a")
    free = create(Free, {"name": "a", "port": 1})
    assert (free.name, free.parameters) == ("a", {"port": 1})


@pytest.mark.parametrize(
    ("cls", "parameters", "sentence"),
    [
        (Plain, {}, "Plain needs the parameter 'port'"),
        (Plain, {"prot": 1}, "Plain has no parameter 'prot' (did you mean 'port'?)"),
        (Connecting, {"name": "x"}, "Connecting.connect needs the parameter 'port'"),
        (Connecting, {"port": "x", "colour": 1}, "Connecting.connect has no parameter 'colour'"),
    ],
)
def test_a_wrong_parameter_is_named(cls, parameters, sentence):
    with pytest.raises(TypeError) as caught:
        create(cls, parameters)
    assert str(caught.value) == sentence


def test_a_driver_whose_connect_fails_is_closed_again():
    made = []

    class Kept(Connecting):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    with pytest.raises(OSError, match="no answer"):
        create(Kept, {"port": "bad"})
    assert made[0].closed


def test_closing_never_raises(caplog):
    class Stubborn:
        def close(self) -> None:
            raise RuntimeError("stuck")

    dispose(Stubborn())
    dispose(object())
    assert "closing Stubborn failed" in caplog.text


class Changes:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.changed = threading.Condition()

    def __call__(self, state: str, error: str, _detail: str, retry_at: float) -> None:
        assert (retry_at > 0) is (state == "not-connected")
        with self.changed:
            self.seen.append((state, error))
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[tuple[str, str]]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.seen) >= count, 5)
            return list(self.seen)


def test_a_failed_attempt_is_followed_by_others_until_one_succeeds():
    attempts = iter([OSError("one"), OSError("two"), None])

    def make():
        error = next(attempts)
        if error is not None:
            raise error
        return "driver"

    changes = Changes()
    connector = Connector("laser", make, changes, first_pause=0.01)
    connector.ask()
    assert changes.wait_for(4) == [
        ("connecting", ""), ("not-connected", "OSError: one"), ("not-connected", "OSError: two"), ("connected", ""),
    ]  # fmt: skip
    assert connector.wait(5)
    assert connector.close() == "driver"


def test_asking_again_does_not_wait_for_the_pause():
    fail = threading.Event()

    def make():
        if not fail.is_set():
            raise OSError("not yet")
        return "driver"

    changes = Changes()
    connector = Connector("laser", make, changes, first_pause=3600)
    connector.ask()
    changes.wait_for(2)
    fail.set()
    connector.ask()
    assert connector.wait(5)
    assert connector.close() == "driver"


def test_a_driver_that_comes_too_late_is_closed():
    entered, go, driver = threading.Event(), threading.Event(), Connecting()
    closed = threading.Event()
    driver.close = closed.set  # type: ignore[method-assign]

    def make():
        entered.set()
        assert go.wait(5)
        return driver

    connector = Connector("laser", make, Changes())
    connector.ask()
    assert entered.wait(5)
    assert connector.close() is None
    go.set()
    assert closed.wait(5)


def test_closing_ends_the_attempts():
    def make():
        raise OSError("never")

    changes = Changes()
    connector = Connector("laser", make, changes, first_pause=3600)
    connector.ask()
    changes.wait_for(2)
    thread = connector._thread
    assert thread is not None
    connector.close()
    thread.join(5)
    assert not thread.is_alive()
