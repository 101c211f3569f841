"""Addresses of nameservers as people write them."""

from __future__ import annotations

import pytest

from pyrolab_gui.network.lab import split_address
from pyrolab_gui.wire.errors import LabError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("labpc", ("labpc", 9090)),
        (" labpc:9191 ", ("labpc", 9191)),
        ("10.0.0.7:1", ("10.0.0.7", 1)),
        ("[::1]:9092", ("::1", 9092)),
        ("::1", ("::1", 9090)),
    ],
)
def test_addresses(text: str, expected: tuple[str, int]):
    assert split_address(text) == expected


@pytest.mark.parametrize("text", ["", "labpc:", "labpc:x", "labpc:0", "labpc:70000", ":9090"])
def test_what_is_no_address(text: str):
    with pytest.raises(LabError, match="is not the address of a nameserver"):
        split_address(text)
