"""numpy arrays on the wire: raw bytes beside the message, or in parts above 1 MB, for ends of ours; lists for others.

A message carries ``{"__ndarray__": key, "dtype": ..., "shape": [...]}`` in the place of an array. The bytes of a small
array travel in the response annotation `key` (``A000``, ``A001``, ... counted over the response). A large one stays
with the server as a snapshot: `key` is then its handle, ``"parts": true`` says so, and an empty annotation takes its
number, so that an answer without such annotations need not be searched. As an argument an array is inline:
`key` holds its bytes. Limits: arrays of Python objects and of records become lists. numpy is imported only where an
array is at hand or arrives.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, Protocol

from Pyro5.callcontext import current_context

from pyrolab_gui.wire.names import ARRAY_KEY, PART_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Fetch = Callable[[str, memoryview], None]

_MAX_ANNOTATIONS = 1000
_RAW_KINDS = frozenset("biufcmMSU")
"""Kinds of dtype whose bytes are the whole value; others hold pointers or fields."""


class Store(Protocol):
    """Keeps the bytes of a large array until they have been fetched."""

    def keep(self, data: memoryview) -> str:
        """Keep `data` and return its handle."""


def is_array(value: Any) -> bool:
    """Whether `value` is a numpy array; numpy is not imported to find out."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and hasattr(numpy, "ndarray") and isinstance(value, numpy.ndarray)


def encode(value: Any, *, arrays: bool, store: Store | None) -> Any:
    """Return what stands for an array in a message, with a copy of its bytes on the way.

    Parameters
    ----------
    value
        A numpy array; anything else is returned as it is.
    arrays
        Whether the receiver said that it understands this form; a nested list is returned otherwise.
    store
        Keeps arrays above `PART_SIZE`; without it they travel in one piece.
    """
    if not is_array(value):
        return value
    if not arrays or value.dtype.kind not in _RAW_KINDS:
        return value.tolist()
    annotations = current_context.response_annotations
    if len(annotations) >= _MAX_ANNOTATIONS:
        return value.tolist()
    number = f"A{len(annotations):03d}"
    plain: dict[str, Any] = {ARRAY_KEY: number, "dtype": value.dtype.str, "shape": list(value.shape)}
    # Both copy: a view of the driver's buffer would change while it is being sent.
    if store is None or value.nbytes <= PART_SIZE:
        annotations[number] = value.tobytes()
    else:
        # numpy's own memory comes in large pages: four times faster than bytes of that size.
        plain[ARRAY_KEY] = store.keep(memoryview(value.copy(order="C").reshape(-1).view("u1")))
        plain["parts"] = True
        annotations[number] = b""
    return plain


def decode(value: Any, annotations: Mapping[str, Any], fetch: Fetch) -> Any:
    """Return `value` with arrays in the places that stand for them; without any, `value` itself.

    Parameters
    ----------
    value
        The answer of a call.
    annotations
        The response annotations that came with it.
    fetch
        ``fetch(handle, room)`` fills `room` with the bytes of a large array.

    Raises
    ------
    ValueError
        If bytes are missing or do not fit what was announced.
    """
    if not any(key[0] == "A" and key[1:].isdigit() for key in annotations):
        return value
    return _decoded(value, annotations, fetch)


def decode_argument(value: Any) -> Any:
    """Return an argument with arrays in the places that stand for them; they are the receiver's own, writable.

    Raises
    ------
    ValueError
        If bytes are missing or do not fit what was announced.
    """
    if isinstance(value, dict):
        if isinstance(value.get(ARRAY_KEY), bytes | bytearray):
            return _array(value, bytearray(value[ARRAY_KEY]))
        return {key: decode_argument(item) for key, item in value.items()}
    if isinstance(value, list | tuple) and any(isinstance(item, list | tuple | dict) for item in value):
        return type(value)(decode_argument(item) for item in value)
    return value


def _decoded(value: Any, annotations: Mapping[str, Any], fetch: Fetch) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get(ARRAY_KEY), str) and "dtype" in value:
            if value.get("parts"):
                return _fetched(value, fetch)
            if value[ARRAY_KEY] not in annotations:
                raise ValueError("the bytes of an array are missing")
            return _array(value, annotations[value[ARRAY_KEY]])
        return {key: _decoded(item, annotations, fetch) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_decoded(item, annotations, fetch) for item in value)
    return value


def _layout(plain: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    import numpy

    try:
        dtype = numpy.dtype(str(plain["dtype"]))
        shape = tuple(int(length) for length in plain["shape"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("an array is not described as it should be") from error
    if dtype.kind not in _RAW_KINDS or any(length < 0 for length in shape):
        raise ValueError(f"an array of {dtype} and shape {shape} is not taken")
    return dtype, shape


def _array(plain: Mapping[str, Any], data: Any) -> Any:
    import numpy

    dtype, shape = _layout(plain)
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError("an array has not as many bytes as announced")
    if not len(data):
        return numpy.empty(shape, dtype)
    return numpy.frombuffer(data, dtype).reshape(shape)


def _fetched(plain: Mapping[str, Any], fetch: Fetch) -> Any:
    import numpy

    dtype, shape = _layout(plain)
    array = numpy.empty(shape, dtype)
    fetch(plain[ARRAY_KEY], memoryview(array.reshape(-1).view(numpy.uint8).data))
    return array
