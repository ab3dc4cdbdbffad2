"""The rooms of the house, and the one way in which they may look at each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.settings import ROOT

MOST_LINES = 300
PRODUCT = sorted(
    path for top in ("actions", "bot") for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts
)
# What each room may import besides itself. `actions` and `channels` look at the rooms below; these never look back.
MAY_IMPORT = {
    "actions": {"bot.directory", "bot.nlg", "bot.plan", "bot.settings"},
    "bot.settings": set(),
    "bot.plan": set(),
    "bot.directory": {"bot.settings"},
    "bot.nlg": {"bot.settings"},
    "bot.nlu": {"bot.directory", "bot.settings"},
    "bot.privacy": {"bot.settings", "bot.storage"},
    "bot.storage": {"bot.privacy", "bot.settings"},
    "bot.channels": {"bot.directory", "bot.nlg", "bot.privacy", "bot.settings", "bot.storage"},
    "bot.widget": {"bot.nlg", "bot.plan", "bot.settings"},
    "bot.console": {"bot.directory", "bot.nlg", "bot.privacy", "bot.settings", "bot.storage"},
    "bot.ops": {
        "bot.channels", "bot.console", "bot.directory", "bot.nlg", "bot.nlu", "bot.plan", "bot.privacy",
        "bot.settings", "bot.storage", "bot.widget",
    },
}  # fmt: skip
# The process of the actions is started there.
STARTS_THE_ACTIONS = "bot/ops/server.py"
# Frameworks stay out of the rooms that decide and know.
NEVER = {
    "actions": {"rasa", "sanic", "sqlalchemy", "tensorflow"},
    "bot.plan": {"rasa", "rasa_sdk", "sanic", "sqlalchemy", "tensorflow"},
    "bot.directory": {"rasa", "rasa_sdk", "sanic", "tensorflow"},
    "bot.nlg": {"rasa", "rasa_sdk", "sanic", "sqlalchemy", "tensorflow"},
    "bot.privacy": {"rasa_sdk", "sanic", "tensorflow"},
    "bot.console": {"rasa", "rasa_sdk", "tensorflow"},
    "bot.settings": {"rasa", "rasa_sdk", "sanic", "sqlalchemy", "tensorflow"},
    "bot.channels": {"rasa_sdk", "tensorflow"},
    "bot.widget": {"rasa_sdk", "tensorflow"},
}
# Who reads the environment. Two read what Rasa or a training script sets, not a setting of the product.
READS_ENVIRONMENT = {
    "bot/settings.py": "the settings",
    "bot/privacy/telemetry.py": "what would make Rasa report",
    "bot/storage/locks.py": "the number of workers, which is Rasa's variable",
    "bot/nlu/encoder.py": "another encoder, for trials outside the product",
    "bot/nlu/classifier.py": "the same, so that the model is trained again for it",
}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0] if parts[0] == "actions" or len(parts) < 2 else ".".join(parts[:2])


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, wherever in it, with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} imports by a relative path"
            module = str(node.module)
            yield node.lineno, module
            if module == "bot":
                yield from ((node.lineno, f"bot.{alias.name}") for alias in node.names)


def room_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] == "actions":
        return "actions"
    return ".".join(parts[:2]) if parts[0] == "bot" and len(parts) > 1 else None


def test_every_room_is_known() -> None:
    rooms = {room(path) for path in PRODUCT} - {"bot.__init__"}
    assert rooms <= set(MAY_IMPORT)


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_a_room_looks_one_way(path: Path) -> None:
    here = room(path)
    allowed = MAY_IMPORT.get(here, set()) | {here}
    if name(path) == STARTS_THE_ACTIONS:
        allowed = allowed | {"actions"}
    found = [(line, module) for line, module in imports(path) if (target := room_of(module)) and target not in allowed]
    assert found == []


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_frameworks_stay_out_of_the_rooms_that_decide(path: Path) -> None:
    banned = NEVER.get(room(path), set())
    assert [(line, module) for line, module in imports(path) if module.split(".")[0] in banned] == []


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_a_module_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES


@pytest.mark.parametrize("path", [path for path in PRODUCT if room(path) != "bot.ops"], ids=name)
def test_only_commands_print(path: Path) -> None:
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"] == []


def reads_environment(path: Path) -> bool:
    names = {"environ", "getenv"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in names:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os" and names & {each.name for each in node.names}:
            return True
    return False


def test_the_environment_is_read_in_one_place() -> None:
    readers = {name(path) for path in PRODUCT if room(path) != "bot.ops" and reads_environment(path)}
    assert readers == set(READS_ENVIRONMENT)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("import os\nos.environ['A']", True, id="environ"),
        pytest.param("import os\nos.getenv('A')", True, id="getenv"),
        pytest.param("from os import environ", True, id="imported"),
        pytest.param("environment = {}\nenvironment['A']", False, id="a mapping of another name"),
    ],
)
def test_reading_the_environment_is_seen(source: str, found: bool, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source)
    assert reads_environment(path) is found
