"""Lab files that were damaged at random: each is a lab, or a list of problems; never an exception, never a loss."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pyrolab_gui import paths
from pyrolab_gui.model import edit
from pyrolab_gui.model.lab import Daemon
from pyrolab_gui.model.store import LabFile

ALIASES = """\
services:
  a: &base
    module: m
    classname: C
    daemon: d
    sampling: {p: 1, q: {period: 2, when: idle}}
    limits: {p: {min: 1, max: 2}}
    parameters:
    - text: |
        two
        lines
    - list: [1, [2], {x: 'y'}]   # a comment
  b:
    <<: *base
    description: b
  c: *base
  auto: {<<: [*base]}
  ? auto 3
  : {module: x, classname: y}
daemons: {d: {}, auto: }
"""
FRAGMENTS = [
    ":", ": ", "\n", "  ", "\t", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "*base", "<<: ", "? ", "|", ">-", "'",
    '"', "#", "---\n", "...\n", "%YAML 1.3\n---\n", "!!int ", "!!set ", "!!python/object:x ", "!<x> ", "\\x", "@", "`",
    "\x00", "\ufeff", "\u2028", "\x85", "\r", "é", "\U0001f600", "auto", "auto 99999999999999999999", "null", "~",
    "yes", ".nan", "-.inf", "1e999", "089", "0x", "0o7", "190:20:30", "9" * 400 + ":00", "0x" + "f" * 5000,
    "version: 2\n", "services", "autolaunch: 5\n", "limits: {a: {min: x}}", "sampling: [1]", "tls: {a: b}",
]  # fmt: skip


def damaged(random_: random.Random, text: str) -> str:
    for _ in range(random_.choice((1, 1, 2, 4))):
        at, lines = random_.randrange(len(text) + 1), text.split("\n")
        line, other = random_.randrange(len(lines)), random_.randrange(len(lines))
        match random_.randrange(7):
            case 0:
                text = text[:at] + random_.choice(FRAGMENTS) + text[at:]
                continue
            case 1:
                text = text[:at] + text[at + random_.randrange(1, 8) :]
                continue
            case 2:
                lines[line], lines[other] = lines[other], lines[line]
            case 3:
                lines.insert(line, lines[other])
            case 4:
                lines[line] = " " * random_.randrange(4) + lines[line]
            case 5:
                lines[line] = lines[line][random_.randrange(3) :]
            case 6:
                lines[line] = lines[line].partition(":")[0] + ": " + random_.choice(FRAGMENTS)
        text = "\n".join(lines)
    return text


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_file_is_told_of_in_sentences_or_can_be_edited(seed):
    random_ = random.Random(seed)
    texts = [path.read_text(encoding="utf-8") for path in sorted((paths.resources_dir() / "labs").glob("*.yaml"))]
    for _ in range(40):
        text = damaged(random_, random_.choice([*texts, ALIASES, ALIASES]))
        found = LabFile.parse(text, Path("lab.yaml"))
        last = len(text.splitlines()) + 1
        for problem in found.problems:
            assert problem.sentence.endswith((".", "?"))
            assert "Input should" not in problem.sentence
            assert problem.line is None or 1 <= problem.line <= last
        if found.lab is None:
            assert found.errors
            continue
        assert found.text_for(found.lab) == text
        lab = edit.add(found.lab, "daemons", edit.free_name(found.lab, "daemons", "new"), Daemon(port=4000))
        for name, service in lab.services.items():
            lab = edit.replace(lab, "services", name, service.model_copy(update={"classname": "Other"}))
            break
        again = LabFile.parse(found.text_for(lab), Path("lab.yaml"))
        assert again.lab == lab
