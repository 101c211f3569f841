"""A driver of a service, made and connected as the lab file wants it: the right port, the right instrument.

A port that is kept by serial number is looked up at each attempt, because it may be plugged in elsewhere by now; an
instrument that is not the expected one is let go of before anybody can use it. Limits: see `hosting.identity`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting import lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEPT = "hwgrep://"


def open_driver(
    cls: type, parameters: Mapping[str, Any], expect_id: str, finish: Callable[[Any], Any], *, connect: bool = True
) -> Any:
    """Make a driver and connect it.

    Raises
    ------
    LabError
        If what the parameters name is not plugged in.
    RuntimeError
        If another instrument answers than `expect_id`.
    Exception
        Whatever the driver raises.
    """
    if KEPT in repr(parameters):
        from pyrolab_gui.wire.serial_ports import with_ports_of_now

        parameters = with_ports_of_now(parameters)
    driver = lifecycle.create(cls, parameters, connect=connect, finish=finish)
    if expect_id and connect:
        from pyrolab_gui.hosting.identity import refuse_another

        try:
            refuse_another(driver, expect_id, finish)
        except BaseException:
            lifecycle.dispose(driver, finish)
            raise
    return driver
