"""Recordings as the window knows them: files and what is at work as rows, found, drawn, set aside and brought back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pyrolab_gui.recording.condition import Condition
from pyrolab_gui.recording.notes import add_note
from pyrolab_gui.recording.series import drop_oldest, next_file
from pyrolab_gui.recording.values import Samples
from pyrolab_gui.recording.writer import Writer
from pyrolab_gui.viewmodels.recordings_catalogue import Facts, facts_of, look
from pyrolab_gui.viewmodels.recordings_plot import load
from pyrolab_gui.viewmodels.recordings_rows import clock_duration, end_text, rows_of, size_text
from pyrolab_gui.viewmodels.recordings_trash import FOLDER, Trash
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.columns import Gap
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import RecordedMember, RecorderPlan

BEGAN = 1_700_000_000.0


def write(path: Path, *, began: float = BEGAN, which: str = "", closed: bool = True, count: int = 100) -> Path:
    writer = Writer(path, "anna@desk", {"purpose": "drift", "id": which}, now=began)
    channel = writer.channel("cryo", "temperature", 1.0, "K")
    writer.add(channel, Samples(began + np.arange(float(count)), np.arange(float(count))))
    writer.gap(channel, Gap(began + 10, began + 48, "restart", ""))
    if closed:
        writer.close(now=began + count, summary="1 of 1 channels, 00:01:40, 1 gap of 38 s: cryo restarted")
    else:
        writer.flush()
        writer.abandon()
    return path


def test_a_file_tells_what_it_is_and_is_opened_again_only_when_it_has_changed(tmp_path: Path):
    path = write(tmp_path / "night.rec")
    found = look([tmp_path], {})
    (facts,) = (facts for _, facts in found.values())
    assert (facts.who, facts.purpose, facts.channels, facts.samples, facts.gaps) == (
        "anna@desk", "drift", ("cryo.temperature",), 100, 1,
    )  # fmt: skip
    assert facts.summary.endswith("1 gap of 38 s: cryo restarted")
    again = look([tmp_path], found)
    assert again[path][1] is facts
    add_note(path, "ben@desk", "door opened")
    assert [note.text for note in look([tmp_path], again)[path][1].notes] == ["door opened"]


def test_what_was_interrupted_or_is_broken_says_so(tmp_path: Path):
    interrupted, broken = write(tmp_path / "a.rec", closed=False), write(tmp_path / "b.rec")
    data = bytearray(broken.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    broken.write_bytes(data)
    rows = {row.name: row for row in rows_of((facts_of(interrupted), facts_of(broken)), (), {})}
    assert rows["a"].state == "interrupted"
    assert rows["a"].sentence.startswith("1 of 1 channels")
    assert rows["b"].state == "unreadable"
    assert rows["b"].sentence


def test_rows_have_what_is_at_work_first_each_in_its_state_and_are_found_by_words():
    done = Facts(Path("done.rec"), who="anna@desk", purpose="drift", id="1", started=BEGAN + 9, ended=BEGAN + 99)
    going = Facts(Path("night.rec"), who="anna@desk", id="2", started=BEGAN, channels=("cryo.temperature",))
    night = RecorderPlan("night", "night.rec", who="anna@desk", client="2")
    later = RecorderPlan("later", "later.rec", (RecordedMember("laser", "power"),), who="ben@desk", client="3")

    def rows(error: str = "", state: ChildState = ChildState.RUNNING, search: str = ""):
        status = ChildStatus(ChildKind.RECORDER, "night", state, error=error)
        waits = ChildStatus(ChildKind.RECORDER, "later", ChildState.RUNNING, error="It begins at 22:00.")
        found = rows_of([done, going], [night, later], {status.key: status, waits.key: waits}, search)
        return [(row.name, row.state) for row in found]

    assert rows() == [("later", "waiting"), ("night", "recording"), ("done", "complete")]
    assert ("night", "still") in rows("night.rec has not grown since 12:00:00.")
    assert ("night", "failed") in rows("The disk is full.", ChildState.FAILED)
    assert rows(search="cryo") == [("night", "recording")]
    assert rows(search="ben power") == [("later", "waiting")]
    assert rows(search="complete drift") == [("done", "complete")]


def test_recordings_are_drawn_whole_and_compared_from_a_common_beginning(tmp_path: Path):
    first = facts_of(write(tmp_path / "a.rec"))
    second = facts_of(write(tmp_path / "b.rec", began=BEGAN + 86_400, count=50))
    alone = load([second])
    assert (alone.start, alone.end) == (second.started, second.started + 49)
    (channel,) = alone.channels
    assert channel.label == "cryo.temperature"
    assert not channel.is_stale()
    both = load([second, first])
    assert {channel.label for channel in both.channels} == {"a: cryo.temperature", "b: cryo.temperature"}
    assert {channel.series.times[0] for channel in both.channels} == {BEGAN}
    assert all(gap.end == BEGAN + 48 for channel in both.channels for gap in channel.series.gaps)


def test_what_is_deleted_can_be_brought_back_until_it_is_gone(tmp_path: Path):
    path, other = write(tmp_path / "a.rec"), write(tmp_path / "b.rec")
    content, trash = path.read_bytes(), Trash()
    trash.put([path, other])
    assert not path.exists()
    assert trash.take_back() == [path, other]
    assert path.read_bytes() == content
    assert not (tmp_path / FOLDER).exists()
    trash.put([path])
    write(path)  # another one has taken its name
    assert trash.take_back() == [tmp_path / "a (2).rec"]
    trash.put([other])
    trash.empty()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a (2).rec", "a.rec"]
    with pytest.raises(LabError, match="cannot be deleted"):
        trash.put([tmp_path / "none.rec"])


def test_only_the_oldest_files_of_the_same_recording_are_dropped(tmp_path: Path):
    first = write(tmp_path / "a.rec", which="mine")
    for name, which in (("a-2.rec", "mine"), ("a-3.rec", "another"), ("a-4.rec", "mine")):
        write(tmp_path / name, which=which)
    assert next_file(first, "mine").name == "a-5.rec"
    assert [path.name for path in drop_oldest(first, "mine", 1)] == ["a.rec", "a-2.rec"]
    assert next_file(first, "mine").name == "a-5.rec"  # numbers go on
    assert sorted(path.name for path in tmp_path.glob("*.rec")) == ["a-3.rec", "a-4.rec"]


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [("cryo.temperature < 4.2", 4.1, True), ("cryo.temperature < 4.2", 4.2, False), ("a.b.c >= -1e3", -1000, True),
     ("a.b > 0", float("nan"), False), ("a.b > 0", "text", False), ("a.b > 0", True, False)],
)  # fmt: skip
def test_a_condition_holds_for_numbers_only(text: str, value: object, holds: bool):
    assert Condition.parse(text).holds(value) is holds


@pytest.mark.parametrize("text", ["", "cryo < 4", "a.b = 4", "a.b < x", "a.b < 4.2.1"])
def test_what_is_no_condition_is_refused(text: str):
    with pytest.raises(LabError, match="is no condition"):
        Condition.parse(text)


def test_lengths_ends_and_sizes_are_told_in_words():
    assert [clock_duration(seconds) for seconds in (2530, 3 * 86_400 + 14_400)] == ["00:42:10", "3 d 04:00:00"]
    assert [size_text(size) for size in (0, 73_700, 185_000, 4.2e9)] == ["0 B", "73.7 kB", "185 kB", "4.2 GB"]
    assert end_text(RecorderPlan("a"), 0.0) == "Goes on until somebody stops it."
    assert end_text(RecorderPlan("a", seconds=28_800.0), 0.0) == "Ends 08:00:00 after its beginning."
    assert end_text(RecorderPlan("a", ends_when="a.b < 1"), 1.0) == "Ends when a.b < 1."
