"""Settings: kept in one file, never in the way of a start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyrolab_gui.viewmodels.settings import Settings


def test_values_survive_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    settings = Settings(file)
    settings.set("theme", "dark")
    settings.set("recent", ["a.yaml", "b.yaml"])
    settings.set("log", True)
    assert settings.save() == ""

    again = Settings(file)
    assert (again.get("theme", "system"), again.get("recent", [""]), again.get("log", False)) == (
        "dark",
        ["a.yaml", "b.yaml"],
        True,
    )
    assert again.problem == ""


def test_missing_file_is_no_problem(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "none.json")
    assert settings.problem == ""
    assert settings.get("theme", "system") == "system"


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_bad_file_gives_defaults_and_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    settings = Settings(file)
    assert str(file) in settings.problem
    assert settings.get("theme", "system") == "system"
    settings.set("theme", "light")
    assert settings.save() == ""
    assert json.loads(file.read_text()) == {"theme": "light"}


def test_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    (file / "inner").mkdir(parents=True)
    settings = Settings(file)
    assert str(file) in settings.problem
    settings.set("theme", "light")
    assert str(file) in settings.save()
    assert [item.name for item in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("stored", "default"),
    [(1, "text"), ("1", 1), (True, 1), (1, True), ([1], ["a"]), ("a", ["a"]), (None, False), (1.5, 2)],
)
def test_value_of_another_type_counts_as_none(tmp_path: Path, stored: object, default: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"x": stored}))
    assert Settings(file).get("x", default) == default


def test_two_windows_keep_each_others_changes(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    first, second = Settings(file), Settings(file)
    first.set("theme", "dark")
    first.save()
    second.set("page", "daemons")
    second.save()
    assert json.loads(file.read_text()) == {"page": "daemons", "theme": "dark"}


def test_unchanged_settings_write_nothing(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    settings = Settings(file)
    assert settings.save() == ""
    assert not file.exists()


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.json"
    settings = Settings(file)
    settings.set("theme", "dark")
    settings.save()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    settings.set("theme", "light")
    assert "No space left on device" in settings.save()
    assert json.loads(file.read_text()) == {"theme": "dark"}
    assert [item.name for item in tmp_path.iterdir()] == ["settings.json"]
