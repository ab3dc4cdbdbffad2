"""The model is trained when something that it depends on has changed, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ops import training
from bot.settings import Settings

FILES = (
    "config.yml", "domain.yml", "requirements.lock", "data/nlu/a.yml", "data/stories/a.yml", "bot/nlu/a.py",
    "bot/nlu/data/words.tsv",
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in (*FILES, "data/responses/en/a.yml", "actions/a.py", "bot/nlu/notes.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.setattr(training, "ROOT", tmp_path)
    yield tmp_path


@pytest.fixture
def settings(project: Path) -> Settings:
    """Settings of a project whose model was trained just now."""
    made = Settings(model_dir=project / "models")
    made.model_dir.mkdir()
    training.model_path(made).write_bytes(b"a model")
    (made.model_dir / "steady.stamp").write_text(training.fingerprint() + "\n")
    return made


def test_a_model_of_this_version_is_current(settings: Settings) -> None:
    assert training.is_current(settings)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_source_asks_for_training(name: str, project: Path, settings: Settings) -> None:
    (project / name).write_text("changed")
    assert not training.is_current(settings)


@pytest.mark.parametrize("name", FILES)
def test_a_source_that_is_gone_asks_for_training(name: str, project: Path, settings: Settings) -> None:
    (project / name).unlink()
    assert not training.is_current(settings)


def test_a_new_source_asks_for_training(project: Path, settings: Settings) -> None:
    (project / "data/nlu/b.yml").write_text("more")
    assert not training.is_current(settings)


def test_a_source_of_another_name_asks_for_training(project: Path, settings: Settings) -> None:
    (project / "data/nlu/a.yml").rename(project / "data/nlu/b.yml")
    assert not training.is_current(settings)


@pytest.mark.parametrize("name", ["data/responses/en/a.yml", "actions/a.py", "bot/nlu/notes.md"])
def test_wording_and_actions_do_not(name: str, project: Path, settings: Settings) -> None:
    (project / name).write_text("changed")
    assert training.is_current(settings)


@pytest.mark.parametrize("name", ["steady.tar.gz", "steady.stamp"])
def test_a_missing_model_or_stamp_asks_for_training(name: str, settings: Settings) -> None:
    (settings.model_dir / name).unlink()
    assert not training.is_current(settings)


def test_nothing_is_trained_where_the_model_is_current(settings: Settings) -> None:
    assert training.train(settings) is False


def test_what_the_model_is_made_from_exists() -> None:
    assert {name for name in training.SOURCES if not (training.ROOT / name).exists()} == set()
