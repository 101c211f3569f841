"""Saving a lab file: the smallest change of the text, and nothing lost whatever happens."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from pyrolab_gui.model import edit
from pyrolab_gui.model.lab import KINDS, Autolaunch, Daemon, Lab, Nameserver, Service
from pyrolab_gui.model.parts import Limits, Sampling
from pyrolab_gui.model.problems import LabFileError
from pyrolab_gui.model.store import LabFile

COMMENTED = """\
# The lab on the second floor.   Ask Ann.

version: '1.0'   # of PyroLab

nameservers:
      main:            # oddly indented
            host:   localhost
            ns_port: "9090"   # quoted


daemons:
  optics:
    module: pyrolab.server
    classname: LockableDaemon
    nameservers:
    - main
  # the next one is old
  motion: {port: 4000,   servertype: thread}

services:
  laser:
    module: santec.tsl550     # the driver
    classname: TSL550
    # COM4 is the one in front
    parameters:
      - port: COM4
      - baud: 9600     # as on the display
    description: >
      A laser
      in two lines

    instancemode: single
    daemon: optics
    nameservers: [ main ]
  # between two instruments

  stage:
    module: newport.esp301
    classname: ESP301
    instancemode: single
    daemon: motion
# after the last one

autolaunch:
  nameservers:
  - main     # the phonebook
  daemons:
  - optics
  - motion
# the end
"""


@pytest.fixture
def lab_file(tmp_path: Path) -> Any:
    path = tmp_path / "lab.yaml"
    path.write_bytes(COMMENTED.encode())
    found = LabFile.open(path)
    assert found.lab is not None
    assert not found.errors
    return found


def service(found: Any, name: str, **changes) -> Lab:
    return edit.replace(found.lab, "services", name, found.lab.services[name].model_copy(update=changes))


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return old, new


def save(found: Any, lab: Lab) -> tuple[list[str], list[str]]:
    """Save, check that the file says exactly `lab`, and return the lines that went and came."""
    before = found.text
    found.save(lab)
    again = LabFile.open(found.path)
    assert again.lab == lab == found.lab
    assert again.text == found.text
    return changed_lines(before, again.text)


def test_a_value_is_changed_in_its_place_and_nothing_else(lab_file):
    assert save(lab_file, service(lab_file, "laser", classname="TSL710")) == (
        ["    classname: TSL550"],
        ["    classname: TSL710"],
    )


def test_a_comment_behind_a_value_stays(lab_file):
    _old, new = save(lab_file, service(lab_file, "laser", module="santec.tsl710"))
    assert new == ["    module: santec.tsl710     # the driver"]


def test_a_parameter_of_a_list_is_changed_in_its_place(lab_file):
    changed = service(lab_file, "laser", parameters={"port": "COM4", "baud": 115200})
    assert save(lab_file, changed) == (
        ["      - baud: 9600     # as on the display"],
        ["      - baud: 115200     # as on the display"],
    )


def test_a_parameter_is_added_to_a_list_of_parameters(lab_file):
    save(lab_file, service(lab_file, "laser", parameters={"port": "COM4", "baud": 9600, "channel": 2}))
    assert "- {channel: 2}" in lab_file.text
    assert "# COM4 is the one in front" in lab_file.text


def test_a_folded_text_is_replaced_and_what_follows_stays(lab_file):
    _, new = save(lab_file, service(lab_file, "laser", description="One line: short"))
    assert new == ["    description: 'One line: short'"]
    assert "\n\n    instancemode: single\n" in lab_file.text


def test_a_new_key_goes_to_the_end_of_its_entry(lab_file):
    assert save(lab_file, service(lab_file, "stage", description="Stage, 25 mm")) == (
        [],
        ["    description: Stage, 25 mm"],
    )
    assert "    description: Stage, 25 mm\n# after the last one\n" in lab_file.text


def test_our_own_keys_are_written_only_where_they_differ_from_the_default(lab_file):
    limits = {"position": Limits(ge=0.0, le=25.0)}
    _, new = save(lab_file, service(lab_file, "stage", limits=limits, note="Handle with care.\nAsk Ann."))
    assert new == [
        "    limits:",
        "      position:",
        "        ge: 0.0",
        "        le: 25.0",
        r'    note: "Handle with care.\nAsk Ann."',
    ]
    lab = lab_file.lab
    assert lab is not None
    mended = edit.replace(lab, "services", "stage", lab.services["stage"].model_copy(update={"limits": {}, "note": ""}))
    save(lab_file, mended)
    assert lab_file.text == COMMENTED


def test_a_period_is_written_as_it_is_read(lab_file):
    slow, idle = Sampling(period=2.5), Sampling(period=10.0, when="idle")
    _, new = save(lab_file, service(lab_file, "stage", sampling={"position": slow, "error": idle}))
    assert new == ["    sampling:", "      position: 2.5", "      error:", "        period: 10.0", "        when: idle"]
    assert save(lab_file, service(lab_file, "stage", sampling={"position": slow, "error": slow}))[1] == [
        "      error: 2.5"
    ]


def test_a_key_of_pyrolab_that_returns_to_its_default_stays_written(lab_file):
    lab = edit.replace(
        lab_file.lab, "daemons", "optics", lab_file.lab.daemons["optics"].model_copy(update={"classname": "Daemon"})
    )
    assert save(lab_file, lab) == (["    classname: LockableDaemon"], ["    classname: Daemon"])


def test_an_entry_in_brackets_is_changed_in_its_brackets(lab_file):
    lab = edit.replace(
        lab_file.lab, "daemons", "motion", lab_file.lab.daemons["motion"].model_copy(update={"port": 4001})
    )
    assert save(lab_file, lab)[1] == ["  motion: {port: 4001,   servertype: thread}"]
    grown = lab.daemons["motion"].model_copy(update={"host": "public", "environment": {"A": "1"}})
    _, new = save(lab_file, edit.replace(lab, "daemons", "motion", grown))
    assert new == ["  motion: {port: 4001, servertype: thread, host: public, environment: {A: '1'}}"]


def test_an_entry_is_added_behind_the_last_one(lab_file):
    entry = Service(
        module="drivers.meter", classname="Meter", instancemode="single", daemon="optics", nameservers=["main"]
    )
    old, new = save(lab_file, edit.add(lab_file.lab, "services", "meter", entry))
    assert old == []
    assert new == [
        "  meter:",
        "    module: drivers.meter",
        "    classname: Meter",
        "    instancemode: single",
        "    daemon: optics",
        "    nameservers: [main]",
    ]


def test_an_oddly_indented_section_keeps_its_indentation(lab_file):
    _, new = save(lab_file, edit.add(lab_file.lab, "nameservers", "backup", Nameserver(ns_port=9099)))
    assert new == ["      backup:", "        ns_port: 9099"]


def test_an_entry_is_removed_with_its_lines_only(lab_file):
    old, new = save(lab_file, edit.remove(lab_file.lab, "services", "laser"))
    assert new == []
    assert old[0] == "  laser:"
    assert old[-1] == "    nameservers: [ main ]"
    assert "# between two instruments" in lab_file.text


def test_a_renamed_daemon_takes_its_references_along(lab_file):
    save(lab_file, edit.rename(lab_file.lab, "daemons", "optics", "light"))
    expected = COMMENTED.replace("  optics:\n", "  light:\n").replace("daemon: optics", "daemon: light")
    assert lab_file.text == expected.replace("- optics", "- light")


def test_a_renamed_nameserver_takes_its_references_along(lab_file):
    save(lab_file, edit.rename(lab_file.lab, "nameservers", "main", "book"))
    expected = COMMENTED.replace("      main: ", "      book: ").replace("- main", "- book")
    assert lab_file.text == expected.replace("[ main ]", "[ book ]")


def test_a_service_is_renamed_and_edited_at_once(lab_file):
    lab = edit.rename(service(lab_file, "laser", classname="X"), "services", "laser", "optics.laser")
    save(lab_file, lab)
    assert lab_file.text == COMMENTED.replace("  laser:\n", "  optics.laser:\n").replace("TSL550\n", "X\n")


def test_a_list_loses_and_gains_single_lines(lab_file):
    autolaunch = Autolaunch(nameservers=["main"], daemons=["motion", "third"])
    assert save(lab_file, lab_file.lab.model_copy(update={"autolaunch": autolaunch})) == (
        ["  - optics", "  - motion"],
        ["  - motion", "  - third"],
    )
    assert "- main     # the phonebook" in lab_file.text


def test_an_emptied_list_stands_behind_its_key(lab_file):
    lab = lab_file.lab.model_copy(update={"autolaunch": Autolaunch(daemons=["optics", "motion"])})
    assert save(lab_file, lab)[1] == ["  nameservers: []     # the phonebook"]
    optics = lab.daemons["optics"]
    emptied = edit.replace(lab, "daemons", "optics", optics.model_copy(update={"nameservers": ()}))
    assert save(lab_file, emptied)[1] == ["    nameservers: []"]
    assert save(lab_file, lab)[1] == ["    nameservers: [main]"]


def test_sections_are_added_to_an_empty_file(tmp_path):
    found: Any = LabFile.new(tmp_path / "new" / "lab.yaml")
    lab = Lab(daemons={"optics": Daemon()}, services={"laser": Service(module="m", classname="C", daemon="optics")})
    save(found, lab)
    assert (
        found.text
        == "daemons:\n  optics: {}\nservices:\n  laser:\n    module: m\n    classname: C\n    daemon: optics\n"
    )


def test_sections_without_entries_are_filled(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_text("nameservers:   # none yet\ndaemons: {}\n# end\n")
    found: Any = LabFile.open(path)
    lab = edit.add(found.lab, "daemons", "optics", Daemon(port=4000))
    lab = edit.add(lab, "nameservers", "main", Nameserver(ns_port=9099))
    save(found, lab)
    assert "# end" in found.text
    assert "# none yet" in found.text
    save(found, Lab())
    assert "# end" in found.text


def test_windows_line_ends_stay(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_bytes(COMMENTED.replace("\n", "\r\n").encode())
    found = LabFile.open(path)
    save(found, service(found, "stage", description="x", classname="ESP302", parameters={"a": {"b": [1, {"c": None}]}}))
    assert found.text.count("\n") == found.text.count("\r\n")
    assert "classname: ESP302\r\n" in found.text


def test_a_byte_order_mark_and_a_missing_last_line_end_stay(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_bytes("\ufeffdaemons:\n  a: {}\n  b:\n    port: 4000".encode())
    found: Any = LabFile.open(path)
    save(found, edit.add(found.lab, "daemons", "c", Daemon()))
    assert path.read_bytes().decode() == "\ufeffdaemons:\n  a: {}\n  b:\n    port: 4000\n  c: {}\n"


def test_a_section_is_added_above_the_end_of_the_document(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_bytes(b"# a\r\ndaemons:\r\n  d: # b\r\n    port: 1\r\n...\r\n# ignored\r\n")
    found: Any = LabFile.open(path)
    save(found, edit.add(found.lab, "nameservers", "main", Nameserver(ns_port=9099)))
    added = b"\r\nnameservers:\r\n  main:\r\n    ns_port: 9099\r\n"
    assert path.read_bytes() == b"# a\r\ndaemons:\r\n  d: # b\r\n    port: 1\r\n" + added + b"...\r\n# ignored\r\n"


def test_a_file_in_one_pair_of_brackets_is_written_anew_in_its_line_ends(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_bytes("\ufeff# head\r\n{daemons: {d: {port: 1}}}\r\n".encode())
    found: Any = LabFile.open(path)
    save(found, edit.add(found.lab, "nameservers", "main", Nameserver()))
    assert path.read_bytes() == (
        b"# head\r\nversion: '1.0'\r\nnameservers:\r\n  main: {}\r\ndaemons:\r\n  d:\r\n    port: 1\r\n"
    )


def test_values_shared_by_an_alias_are_parted_where_one_of_them_changes(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_text(
        "# shared\nservices:\n  a: &base\n    module: m\n    classname: C\n    daemon: d\n"
        "  b:\n    <<: *base\n    description: b\n  c: *base\ndaemons: {d: {}}\n"
    )
    found = LabFile.open(path)
    assert found.lab is not None
    assert found.lab.services["b"].module == found.lab.services["c"].module == "m"
    save(found, service(found, "b", classname="D"))
    assert "    <<: *base\n    description: b\n    classname: D\n" in found.text
    save(found, service(found, "c", classname="E"))
    save(found, service(found, "a", classname="F"))
    assert found.text.startswith("# shared\n")


def test_auto_keys_have_readable_names_that_stay(tmp_path):
    path = tmp_path / "lab.yaml"
    text = "daemons: {d: {}}\nservices:\n"
    text += "".join(
        f"  {key}: # made\n    {{module: m, classname: C, daemon: d}}\n" for key in ("auto", "auto", "auto 3")
    )
    path.write_text(text)
    found = LabFile.open(path)
    assert found.lab is not None
    names = list(found.lab.services)
    assert [name.count("-") for name in names] == [1, 1, 2]
    assert len(set(names)) == 3
    again = LabFile.open(path).lab
    assert again is not None
    assert list(again.services) == names
    save(found, service(found, names[1], classname="X"))
    first, second, third = text.split("  auto")[1:]
    expected = second.replace("classname: C", "classname: X")
    assert found.text == "  auto".join([text.split("  auto")[0], first, expected, third])
    save(found, edit.rename(found.lab, "services", names[0], "laser"))
    assert "  laser: # made" in found.text
    assert f"  {names[1]}: # made" in found.text


def test_a_lab_that_did_not_change_leaves_the_file_untouched(lab_file):
    before = lab_file.path.stat()
    lab_file.save(lab_file.lab)
    assert lab_file.path.stat().st_mtime_ns == before.st_mtime_ns
    assert lab_file.versions() == ()


def test_previous_versions_are_kept_up_to_twenty(lab_file):
    for port in range(1, 24):
        lab = lab_file.lab
        lab_file.save(edit.replace(lab, "daemons", "optics", lab.daemons["optics"].model_copy(update={"port": port})))
    versions = lab_file.versions()
    assert len(versions) == 20
    assert "port: 22" in versions[0].read_text()
    assert "port: 3\n" in versions[-1].read_text()


def test_a_failing_write_leaves_the_old_file_and_no_rubbish(lab_file, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(LabFileError, match=r"lab\.yaml cannot be written: permission denied\. The file is as it was\."):
        lab_file.save(service(lab_file, "laser", classname="X"))
    monkeypatch.undo()
    assert lab_file.path.read_text() == COMMENTED
    assert not list(lab_file.path.parent.rglob("*.tmp"))
    assert lab_file.lab.services["laser"].classname == "TSL550"
    lab_file.save(service(lab_file, "laser", classname="X"))
    assert "classname: X" in lab_file.path.read_text()


def test_a_file_that_somebody_else_changed_is_not_overwritten(lab_file):
    lab_file.path.write_text(COMMENTED + "# hello\n")
    with pytest.raises(LabFileError, match=r"lab\.yaml was changed by somebody else since it was opened"):
        lab_file.save(service(lab_file, "laser", classname="X"))
    assert lab_file.path.read_text() == COMMENTED + "# hello\n"


def test_a_file_that_is_gone_is_written_again(lab_file):
    lab_file.path.unlink()
    save(lab_file, service(lab_file, "laser", classname="X"))


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_mode_and_link_of_the_file_stay(lab_file, tmp_path):
    lab_file.path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(lab_file.path)
    found = LabFile.open(link)
    found.save(service(found, "laser", classname="X"))
    assert link.is_symlink()
    assert lab_file.path.stat().st_mode & 0o777 == 0o640
    assert "classname: X" in lab_file.path.read_text()


def test_a_text_edited_by_hand_is_saved_only_without_errors(lab_file):
    with pytest.raises(LabFileError, match=r"The text has errors and was not saved\. daemons\.d\.prot: "):
        lab_file.save_text("daemons: {d: {prot: 1}}\n")
    lab_file.save_text("daemons: {d: {port: 4000}}\n")
    assert lab_file.lab == Lab(daemons={"d": Daemon(port=4000)})


def test_a_text_with_errors_is_never_replaced_by_a_form(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_text("daemons: {d: {prot: 1}}\n")
    found = LabFile.open(path)
    with pytest.raises(LabFileError, match="must be mended in its text"):
        found.save(Lab())
    assert path.read_text() == "daemons: {d: {prot: 1}}\n"


VALUES = [
    "", "yes", "no", "on", "y", "null", "~", "1", "1.5", "1e9", "0x1f", "010", "12:30:00", "2024-01-01",
    " lead", "tail ",
    "a: b", "a #b", "#a", "'", '"', "it's", "- a", "-", "?", "[x]", "{x}", "a, b", "&a", "*a", "!a",
    "|", ">", "%", "@", "`",
    "two\nlines", "tab\there", "\x85", "\u2028", "µm", "°C", "\U0001f600", "\x00", "\\", "a\\nb",
    "true", "=", "<<", ".nan",
    "COM4", "USB0::0x1313::0x8076", "10.2.0.41", "C:\\dev", "/dev/ttyUSB0", "--", "...", "---", ".",
    "+", "1_000", "auto 2",
    0, -5, 10**20, 1.0, 1e-9, 1e300, -0.0, float("inf"), float("-inf"), float("nan"), 1e16, True, False, None,
    [], {}, [1, "a", None, [2.5]], {"a": {"b": [1, {"c": "d: e"}]}}, {"yes": "no", "": 1, "a b": [[]]},
    [{}], {"x": {}},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("brackets", [False, True], ids=["block", "brackets"])
def test_any_plain_value_survives_as_a_parameter(tmp_path, value, brackets):
    path = tmp_path / "lab.yaml"
    parameters = "{old: 1}" if brackets else "\n      old: 1\n      older: [1]"
    entry = f"    module: m\n    classname: C\n    daemon: d\n    parameters: {parameters}\n    # end\n"
    path.write_text(f"daemons: {{d: {{}}}}\nservices:\n  s:\n{entry}")
    found = LabFile.open(path)
    found.save(service(found, "s", parameters={"old": value, "new": value}))
    again = LabFile.open(path)
    assert again.lab is not None
    read = again.lab.services["s"].parameters
    assert repr(read) == repr({"old": value, "new": value})
    assert "    # end\n" in again.text


@pytest.mark.parametrize("seed", range(40))
def test_random_edits_in_a_row_are_always_read_back_and_lose_no_outer_comment(tmp_path, seed):
    random_ = random.Random(seed)
    path = tmp_path / "lab.yaml"
    path.write_bytes(COMMENTED.encode())
    found = LabFile.open(path)
    for step in range(12):
        assert found.lab is not None
        lab = _edited(random_, found.lab, step)
        found.save(lab)
        assert found.lab == lab
        assert LabFile.open(path).lab == lab
        for comment in (
            "# The lab on the second floor.   Ask Ann.",
            "# of PyroLab",
            "# after the last one",
            "# the end",
        ):
            assert comment in found.text


def _edited(random_: random.Random, lab: Lab, step: int) -> Lab:
    kind = random_.choice(KINDS)
    names = list(lab.entries(kind))
    action = random_.choice(["add", "remove", "rename", "change", "change", "change"])
    if action == "add" or not names:
        entry: Any = {
            "nameservers": Nameserver(ns_port=random_.randrange(1, 9999)),
            "daemons": Daemon(environment={"A": str(step)}, search_paths=["x", "y z"]),
            "services": Service(module="m", classname="C", daemon="optics", limits={"p": Limits(le=step)}),
        }[kind]
        return edit.add(lab, kind, f"n{step}", entry)
    name = random_.choice(names)
    if action == "remove" and len(names) > 1:
        return edit.remove(lab, kind, name)
    if action == "rename":
        return edit.rename(lab, kind, name, f"{name}x{step}")
    change: Any = {
        "nameservers": random_.choice([{"broadcast": True}, {"ns_autoclean": 5.5}, {"storage": "sql:a b.db"}]),
        "daemons": random_.choice(
            [{"port": step}, {"nameservers": ("a", "b")}, {"tls": {"folder": "x y"}}, {"restart": "never"}]
        ),
        "services": random_.choice(
            [
                {"parameters": {"a": step, "b": {"c": [step]}}},
                {"parameters": {}},
                {"description": "x: y # z"},
                {"nameservers": ("a",) * (step % 3)},
                {"sampling": {"p": Sampling(period=0.5)}},
                {"sampling": {"p": Sampling(period=step + 1, when="idle")}},
                {"confirm": ("reset",)},
                {"confirm": ()},
            ]
        ),
    }[kind]
    return edit.replace(lab, kind, name, lab.entries(kind)[name].model_copy(update=change))


@pytest.mark.parametrize("seed", range(30))
def test_a_text_that_is_not_edited_is_not_touched(tmp_path, seed):
    random_ = random.Random(seed)
    lines = COMMENTED.replace("      A laser\n      in two lines\n", "      A laser\n").splitlines()
    for _ in range(6):
        at = random_.randrange(len(lines) + 1)
        lines.insert(at, " " * random_.randrange(6) + random_.choice(["# a", "", "#"]))
        if lines[at - 1].endswith("description: >"):
            lines.pop(at)
    text = "\n".join(lines)
    found = LabFile.parse(text, tmp_path / "lab.yaml")
    assert found.lab is not None
    assert found.text_for(found.lab) == text
    found.save(found.lab)
    assert found.path.read_bytes().decode() == text


ORDERED = """\
daemons: {d: {}}
services:
  # the red one
  laser: {module: m, classname: C, daemon: d}   # COM3

  meter:
    module: m
    classname: C
    daemon: d
    # of the lab next door
  # not here yet
  stage: {module: m, classname: C, daemon: d}"""


def test_an_entry_is_removed_with_the_comments_that_are_its_own(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_text(
        "services:\n"
        "  laser: {module: m, classname: L}\n"
        "  # of the whole room\n"
        "\n"
        "# below\n"
        "  # moves a lot\n"
        "  # ask Ann\n"
        "  stage:\n"
        "    module: m\n"
        "    classname: S\n"
        "    # speed: 3\n"
        "  # of the meter\n"
        "  meter: {module: m, classname: M}\n"
    )
    file = LabFile.open(path)
    assert file.lab is not None
    file.save(edit.remove(file.lab, "services", "stage"))
    assert path.read_text() == (
        "services:\n"
        "  laser: {module: m, classname: L}\n"
        "  # of the whole room\n"
        "\n"
        "# below\n"
        "  # of the meter\n"
        "  meter: {module: m, classname: M}\n"
    )


def test_an_entry_moves_with_its_comments_and_nothing_else_changes(tmp_path):
    file = LabFile.parse(ORDERED, tmp_path / "lab.yaml")
    down = file.with_moved("services", "laser", down=True)
    head, laser, meter, stage = (
        "daemons: {d: {}}\nservices:\n",
        "  # the red one\n  laser: {module: m, classname: C, daemon: d}   # COM3\n",
        "  meter:\n    module: m\n    classname: C\n    daemon: d\n    # of the lab next door\n",
        "  # not here yet\n  stage: {module: m, classname: C, daemon: d}",
    )
    assert down.text == head + meter + "\n" + laser + stage
    assert down.with_moved("services", "laser", down=False).text == ORDERED
    assert down.with_moved("services", "stage", down=False).text == head + meter + "\n" + stage + "\n" + laser[:-1]


@pytest.mark.parametrize(("name", "down"), [("laser", False), ("stage", True)])
def test_the_first_and_the_last_stay_where_they_are(tmp_path, name, down):
    with pytest.raises(LabFileError, match="cannot be moved"):
        LabFile.parse(ORDERED, tmp_path / "lab.yaml").with_moved("services", name, down=down)


def test_in_brackets_nothing_moves(tmp_path):
    with pytest.raises(LabFileError, match="move its lines in the text"):
        LabFile.parse("daemons: {a: {}, b: {}}\n", tmp_path / "lab.yaml").with_moved("daemons", "a", down=True)
