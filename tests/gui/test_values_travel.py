"""Any value of any described type: editor -> wire -> driver -> wire -> view is the identity.

Hypothesis makes types and values. The editor is given the value, what it returns passes the client's serializer, the
daemon's checks of arguments and its conversion of results, and the serializer again; what comes back is shown by the
same editor, and reads the same.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import annotated_types as at
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrolab_gui.hosting.results import Receiver, converted
from pyrolab_gui.hosting.types import describe_type
from pyrolab_gui.hosting.validators import validator_of
from pyrolab_gui.network.arguments import plain
from pyrolab_gui.ui.editors import editor_for
from pyrolab_gui.wire.names import MSGPACK_ID

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029"), max_size=20)


def leaves() -> st.SearchStrategy[tuple[Any, st.SearchStrategy[Any]]]:
    """Annotations of a driver, each with the values that fit it."""
    bounded = st.tuples(st.floats(-1e6, 1e6, allow_nan=False), st.floats(1e-3, 1e6)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    )
    return st.one_of(
        st.just((bool, st.booleans())),
        st.just((int, st.integers())),
        st.just((float, FLOATS)),
        st.just((str, TEXTS)),
        st.just((bytes, st.binary(max_size=12))),
        st.just((Literal["slow", "fast", 3], st.sampled_from(["slow", "fast", 3]))),
        bounded.map(
            lambda b: (
                Annotated[float, at.Interval(ge=b[0], le=b[1]), at.Unit("nm")],
                st.floats(b[0], b[1], allow_nan=False),
            )
        ),
    )


def containers(inner: Any) -> Any:
    return st.one_of(
        inner.map(lambda pair: (list[pair[0]], st.lists(pair[1], max_size=4))),  # type: ignore[valid-type]
        inner.map(lambda pair: (pair[0] | None, st.none() | pair[1])),
        inner.map(
            lambda pair: (dict[str, pair[0]], st.dictionaries(TEXTS, pair[1], max_size=3))  # type: ignore[valid-type]
        ),
    )


TYPES = st.recursive(leaves(), containers, max_leaves=3)


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[Any, Any]:
    annotation, values = draw(TYPES)
    return annotation, draw(values)


def through_the_wire(value: Any) -> Any:
    import msgpack

    return msgpack.unpackb(msgpack.packb(value), strict_map_key=False)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, int) and not -(2**63) <= one < 2**64:
        return bool(one == other)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed_values())
def test_what_is_edited_is_what_the_driver_gets_and_what_is_shown(qapp, typed):
    annotation, value = typed
    described = describe_type(annotation)
    editor = editor_for(described)
    editor.set_value(value)
    assert editor.problem() == "" or editor.is_empty(), (annotation, value, editor.problem())
    if editor.is_empty():
        return  # nothing stands for nothing: an empty text, no bytes
    sent = editor.value()
    assert same(sent, value), (annotation, value, sent)
    carried = _fits_the_wire(sent)
    if carried:
        sent = through_the_wire(plain(sent, True))
    check = validator_of(annotation)
    got = check(sent) if check is not None else sent
    assert same(got, value), (annotation, value, got)
    back = converted(got, Receiver(MSGPACK_ID))
    if carried:
        back = through_the_wire(back)
    shown = editor_for(described)
    shown.set_value(back)
    if not shown.is_empty():
        assert same(shown.value(), value), (annotation, value, back)
    editor.deleteLater()
    shown.deleteLater()


def _fits_the_wire(value: Any) -> bool:
    """Whether msgpack carries it; a greater whole number goes by serpent."""
    if isinstance(value, dict | list):
        return all(map(_fits_the_wire, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or -(2**63) <= value < 2**64


@pytest.mark.parametrize("value", [2**70, -(2**70), 5e-324, 1.7976931348623157e308, -0.0, 1e-9])
def test_the_ends_of_numbers(qtbot, value):
    editor = editor_for(describe_type(type(value)))
    qtbot.addWidget(editor)
    editor.set_value(value)
    assert repr(editor.value()) == repr(value)
