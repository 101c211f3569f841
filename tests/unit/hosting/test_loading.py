"""Finding the class of a service."""

from __future__ import annotations

import textwrap

import pytest

from pyrolab_gui.hosting.loading import load_class
from pyrolab_gui.wire.errors import LabError


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module of its own name and return the name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        return name

    return write


def refused(module: str, classname: str) -> LabError:
    with pytest.raises(LabError) as caught:
        load_class(module, classname)
    return caught.value


def test_a_class(module):
    name = module("loading_good", "class Laser: ...")
    assert load_class(name, "Laser").__name__ == "Laser"


def test_a_module_that_is_missing():
    assert refused("no_such_module", "Laser").sentence == (
        "There is no module named 'no_such_module': install it, or add its folder to the daemon's search paths."
    )
    assert "(there is no 'no_such_package')" in refused("no_such_package.laser", "Laser").sentence


def test_a_module_that_needs_another(module):
    error = refused(module("loading_needs", "import no_such_dependency"), "Laser")
    assert error.sentence == "The module 'loading_needs' needs 'no_such_dependency', which is not installed."
    assert "import no_such_dependency" in error.detail


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/0", "ZeroDivisionError: division by zero"),
        ("def f(:", "SyntaxError"),
        ("raise SystemExit(2)", "SystemExit: 2"),
    ],
)
def test_a_module_that_cannot_be_imported(module, text, words):
    error = refused(module(f"loading_bad_{len(text)}", text), "Laser")
    assert "cannot be imported: " in error.sentence
    assert words in error.sentence
    assert "Traceback" in error.detail


@pytest.mark.parametrize(
    ("classname", "words"),
    [
        ("laser", "(did you mean 'Laser'?)"),
        ("Lasre", "(did you mean 'Laser'?)"),
        ("Oscilloscope", "(it has Laser, Meter)"),
        ("make", "'make' in the module 'loading_names' is a function, not a class."),
    ],
)
def test_a_class_that_is_missing(module, classname, words):
    name = module("loading_names", "class Laser: ...\nclass Meter: ...\ndef make(): ...")
    assert words in refused(name, classname).sentence
