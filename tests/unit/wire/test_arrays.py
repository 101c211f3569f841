"""numpy arrays on the wire."""

from __future__ import annotations

import numpy as np
import pytest
from Pyro5.callcontext import current_context

from pyrolab_gui.wire import arrays
from pyrolab_gui.wire.names import PART_SIZE


@pytest.fixture(autouse=True)
def no_annotations_left():
    current_context.response_annotations = {}
    yield
    current_context.response_annotations = {}


def no_fetch(handle: str, room: memoryview) -> None:
    raise AssertionError("nothing is to be fetched")


class Store:
    def __init__(self) -> None:
        self.kept: dict[str, memoryview] = {}
        self.fetched: list[str] = []

    def keep(self, data: memoryview) -> str:
        handle = f"handle-{len(self.kept)}"
        self.kept[handle] = data
        return handle

    def fetch(self, handle: str, room: memoryview) -> None:
        self.fetched.append(handle)
        room[:] = self.kept[handle]


def there_and_back(value, store=None):
    plain = arrays.encode(value, arrays=True, store=store)
    return arrays.decode(plain, current_context.response_annotations, store.fetch if store else no_fetch)


@pytest.mark.parametrize(
    "value",
    [
        np.arange(5.0),
        np.zeros((2, 3, 4), np.int16),
        np.array([1 + 2j, 3]),
        np.array([True, False]),
        np.array(["red", "blue"]),
        np.array(["2026-01-01"], "M8[D]"),
        np.array(7.5),
        np.empty((0, 3)),
        np.arange(12).reshape(3, 4).T,
        np.arange(10.0)[::2],
        np.arange(3, dtype=">f4"),
    ],
    ids=lambda value: f"{value.dtype}{value.shape}",
)
def test_a_small_array_comes_back_equal(value):
    back = there_and_back(value)
    assert back.dtype == value.dtype
    assert back.shape == value.shape
    assert np.array_equal(back, value)


def test_a_large_array_is_fetched_into_its_place():
    value = np.arange(2 * PART_SIZE / 8 + 3).reshape(-1, 1)
    store = Store()
    back = there_and_back(value, store)
    assert np.array_equal(back, value)
    assert back.shape == value.shape
    assert store.fetched == ["handle-0"]
    assert all(len(data) == 0 for data in current_context.response_annotations.values())


def test_what_is_sent_is_a_copy_of_the_drivers_buffer():
    buffer = np.zeros(4)
    plain = arrays.encode(buffer, arrays=True, store=None)
    buffer[:] = 1
    assert arrays.decode(plain, current_context.response_annotations, no_fetch).tolist() == [0, 0, 0, 0]


def test_several_arrays_in_nested_results_are_told_apart():
    plain = {
        "x": arrays.encode(np.arange(2), arrays=True, store=None),
        "y": [1, arrays.encode(np.arange(3), arrays=True, store=None)],
    }
    back = arrays.decode(plain, current_context.response_annotations, no_fetch)
    assert back["x"].tolist() == [0, 1]
    assert back["y"][1].tolist() == [0, 1, 2]


def test_clients_that_do_not_understand_get_lists():
    assert arrays.encode(np.arange(4).reshape(2, 2), arrays=False, store=None) == [[0, 1], [2, 3]]
    assert current_context.response_annotations == {}


def test_arrays_of_objects_become_lists():
    assert arrays.encode(np.array([1, "a"], object), arrays=True, store=None) == [1, "a"]


def test_an_answer_without_arrays_is_returned_untouched():
    value = [{"a": 1}]
    assert arrays.decode(value, {"COLS": b""}, no_fetch) is value


@pytest.mark.parametrize(
    ("plain", "annotations", "words"),
    [
        ({"__ndarray__": "A000", "dtype": "O", "shape": [1]}, {"A000": bytes(8)}, "not taken"),
        ({"__ndarray__": "A000", "dtype": "<f8", "shape": [2]}, {"A000": bytes(8)}, "as many bytes"),
        ({"__ndarray__": "A000", "dtype": "<f8", "shape": [-1]}, {"A000": bytes(8)}, "not taken"),
        ({"__ndarray__": "A001", "dtype": "<f8", "shape": [1]}, {"A000": bytes(8)}, "missing"),
        ({"__ndarray__": "A000", "dtype": "nonsense", "shape": [1]}, {"A000": bytes(8)}, "not described"),
    ],
)
def test_what_does_not_fit_is_refused(plain, annotations, words):
    with pytest.raises(ValueError, match=words):
        arrays.decode(plain, annotations, no_fetch)


def test_an_argument_carries_its_bytes_and_is_writable_where_it_arrives():
    value = np.arange(6, dtype=np.int32).reshape(2, 3)
    sent = {"trace": {"__ndarray__": value.tobytes(), "dtype": value.dtype.str, "shape": list(value.shape)}, "n": 1}
    back = arrays.decode_argument(sent)
    back["trace"][0, 0] = 7
    assert back["trace"].tolist() == [[7, 1, 2], [3, 4, 5]]
    assert back["n"] == 1


def test_an_argument_that_lies_about_its_size_is_refused():
    with pytest.raises(ValueError, match="as many bytes"):
        arrays.decode_argument([{"__ndarray__": b"1234", "dtype": "<f8", "shape": [1]}])
