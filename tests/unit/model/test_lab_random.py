"""Any lab survives the file; an edit leaves the rest of a text alone; whatever a text is, the answer is a sentence."""

from __future__ import annotations

import os
import string
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrolab_gui.model import edit
from pyrolab_gui.model.lab import Lab
from pyrolab_gui.model.overlay import same_labs
from pyrolab_gui.model.problems import LabFileError
from pyrolab_gui.model.store import LabFile

FEW = settings(
    max_examples=int(os.environ.get("PYROLAB_GUI_EXAMPLES", "10")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)

names = st.text(string.ascii_letters + string.digits + "._-é", min_size=1, max_size=12)
texts = st.text(st.characters(codec="utf-8"), max_size=30)
numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(allow_nan=False))
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def labs(draw: st.DrawFn) -> Lab:
    nameservers = draw(st.lists(names, max_size=2, unique=True))
    daemons = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    services = draw(st.lists(names, max_size=4, unique=True))
    listed = st.lists(st.sampled_from(nameservers), unique=True) if nameservers else st.just(list[str]())
    return Lab.model_validate(
        {
            "nameservers": {name: {"ns_port": draw(st.integers(0, 65535))} for name in nameservers},
            "daemons": {
                name: {
                    "port": draw(st.integers(0, 65535)),
                    "nameservers": draw(listed),
                    "environment": draw(st.dictionaries(names, texts, max_size=2)),
                    "stop_seconds": draw(st.floats(0, 1e6)),
                }
                for name in daemons
            },
            "services": {
                name: {
                    "module": draw(texts) or "m",
                    "classname": draw(names),
                    "daemon": draw(st.sampled_from(daemons)),
                    "parameters": draw(st.dictionaries(texts, values, max_size=3)),
                    "note": draw(texts),
                    "limits": draw(st.dictionaries(names, st.just({"ge": 1.5}), max_size=2)),
                    "confirm": draw(st.lists(names, max_size=2)),
                    "instancemode": draw(st.sampled_from(["single", "session", "percall"])),
                }
                for name in services
            },
            "autolaunch": {"daemons": draw(st.lists(st.sampled_from(daemons), unique=True))},
        }
    )


@FEW
@given(labs())
def test_any_lab_is_the_same_after_the_file(tmp_path_factory, lab):
    file = LabFile.new(tmp_path_factory.mktemp("lab") / "lab.yaml")
    file.save(lab)
    read = LabFile.open(file.path).lab
    assert read is not None
    assert same_labs(read, lab)


@FEW
@given(labs(), st.data())
def test_an_edit_of_one_entry_leaves_all_other_lines_alone(tmp_path_factory, lab, data):
    path = tmp_path_factory.mktemp("lab") / "lab.yaml"
    written = LabFile.parse("", path).with_lab(lab)
    marked = "\n".join(
        f"{line}  # {number}" if line.endswith(":") else line for number, line in enumerate(written.text.split("\n"))
    )
    file = LabFile.parse(marked, path)
    assert file.lab is not None
    name = data.draw(st.sampled_from(list(lab.daemons)))
    changed = lab.daemons[name].model_copy(update={"port": data.draw(st.integers(1, 65535)), "servertype": "multiplex"})
    fresh = file.with_lab(edit.replace(file.lab, "daemons", name, changed))
    before, after = marked.splitlines(), fresh.text.splitlines()
    key = next(
        n
        for n, line in enumerate(before)
        if line.split(":")[0].strip("' \"") == name
        and n > before.index(next(x for x in before if x.startswith("daemons:")))
    )
    assert after[:key] == before[:key]
    assert fresh.lab is not None and fresh.lab.daemons[name].servertype == "multiplex"
    depth = len(before[key]) - len(before[key].lstrip())
    end = next(
        (
            n
            for n in range(key + 1, len(before))
            if before[n].strip() and len(before[n]) - len(before[n].lstrip()) <= depth
        ),
        len(before),
    )
    rest = before[end:]
    assert after[len(after) - len(rest) :] == rest


garbage = st.one_of(
    st.text(max_size=300),
    st.text("{}[]:,&*!|>'\"%@`- \n\t#?ab01", max_size=200),
    st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")),
)


@FEW
@given(garbage)
def test_whatever_a_text_is_the_answer_is_a_sentence(tmp_path_factory, text):
    started = time.perf_counter()
    file = LabFile.parse(text, "lab.yaml")
    assert file.lab is not None or file.problems
    assert all(problem.sentence.rstrip().endswith((".", "?")) for problem in file.problems)
    assert time.perf_counter() - started < 5, "far more than it takes; not a measure of speed"


WHOLE = """\
# bench
nameservers: {main: {}}
daemons:
  optics: &o {port: 41231, nameservers: [main]}
  cryo: {<<: *o, port: 41232}
services:
  laser: {module: m, classname: C, parameters: {text: "a: b", list: [1, 2.5, x]}, daemon: optics}
"""


@FEW
@given(st.integers(0, len(WHOLE)))
def test_a_file_that_was_cut_off_is_never_saved_over(tmp_path_factory, length):
    path = tmp_path_factory.mktemp("lab") / "lab.yaml"
    path.write_text(WHOLE[:length], encoding="utf-8")
    file = LabFile.open(path)
    if file.lab is None:
        with pytest.raises(LabFileError, match="mended in its text"):
            file.save(Lab())
        assert path.read_text(encoding="utf-8") == WHOLE[:length]


def bomb(depth: int) -> str:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, depth)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (bomb(12), "Aliases"),
        ("a: &a [*a]\n", ""),
        ("[" * 5000, "nested"),
        ("services:\n  s: {module: m, classname: C, parameters: {x: '" + "y" * 1_000_000 + "'}}\n", "daemon"),
        ("daemons: {d: {port: !!python/object:os.system ls}}\n", "tag"),
        ("\x00\x01", "character"),
        ("services:\n  s:\n    note: [" + "1, " * 10_000 + "1]\n", "missing"),
        ("services:\n  s:\n    note: [" + "[1,2], " * 140_000 + "1]\n", "This entry holds more than 20,000 values"),
        ("services:\n  s:\n" + "    k: 1\n" * 100_000, "This entry holds more than 20,000 values"),
        ("? x\n" * 250_000, "more than 1,000 sections"),
        ("-\n" * 500_000, "more than 1,000 sections"),
        ("services:\n" + "".join(f"  s{n}: !x\n" for n in range(60_000)), "more than 20,000 entries"),
        ("? x\n" * 900, "There is no key"),
        ("services:\n" + "".join(f"  s{n}: !x\n" for n in range(4_000)), "tag"),
        ("daemons:\n" + "".join(f"  d{n}: {{prot: {n}}}\n" for n in range(2_000)), "Did you mean 'port'?"),
        ("services:\n" + "".join(f"  s{n}: {{daemon: d{n}}}\n" for n in range(2_000)), "missing"),
        ("".join(" " * depth + "a:\n" for depth in range(1_000)), "nested"),
    ],
)
def test_bombs_and_monsters_are_told_at_once(text, words):
    started = time.perf_counter()
    file = LabFile.parse(text, "lab.yaml")
    assert file.errors
    assert words in file.errors[0].sentence
    assert time.perf_counter() - started < 10
