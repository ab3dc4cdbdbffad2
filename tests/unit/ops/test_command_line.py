"""The `steady` command: JSON on stdout, one clear line on stderr, and an honest exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.ops import chat, cli, directory_commands, doctor, nlu_commands, stack, training
from bot.settings import Settings

Steady = Callable[..., tuple[int, str, str]]


@pytest.fixture
def steady(capsys: pytest.CaptureFixture[str]) -> Steady:
    """Runs a command: its exit status, what it printed, and what it said on stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


FILES = [("chat",), ("nlu", "parse"), ("nlu", "evaluate"), ("places", "resolve")]


@pytest.mark.parametrize("command", FILES, ids=" ".join)
def test_an_unknown_file_is_one_line(command: tuple[str, ...], steady: Steady, tmp_path: Path) -> None:
    missing = tmp_path / "missing.jsonl"
    assert steady(*command, str(missing)) == (1, "", f"steady: {missing}: no such file\n")


@pytest.mark.parametrize(
    "arguments", [(), ("nothing",), ("directory",), ("directory", "show"), ("chat",), ("up", "--port", "high")]
)
def test_a_command_that_there_is_not_ends_with_the_usage(arguments: tuple[str, ...], steady: Steady) -> None:
    status, out, err = steady(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: steady")


def test_show_a_jurisdiction(steady: Steady) -> None:
    status, out, err = steady("directory", "show", "us-tx")
    shown = json.loads(out)
    assert (status, err) == (0, "")
    assert out.count("\n") == 1
    assert shown == json.loads(json.dumps(directory_commands.show("US-TX")))


def test_show_an_unknown_jurisdiction(steady: Steady) -> None:
    status, out, err = steady("directory", "show", "XX")
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith("steady: ") and "US-TX" in err


def test_stats(steady: Steady) -> None:
    status, out, err = steady("directory", "stats")
    assert (status, err, json.loads(out)) == (0, "", directory_commands.stats())


@pytest.mark.parametrize(("has_errors", "status"), [(False, 0), (True, 1)])
def test_check_ends_with_1_where_it_finds_an_error(
    has_errors: bool, status: int, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    ages = []

    def check(days: int, database_url: str) -> tuple[dict[str, Any], bool]:
        assert database_url
        ages.append(days)
        return {"errors": []}, has_errors

    monkeypatch.setattr(directory_commands, "check", check)
    assert steady("directory", "check") == (status, '{"errors": []}\n', "")
    assert steady("directory", "check", "--max-age-days", "30") == (status, '{"errors": []}\n', "")
    assert ages == [180, 30]


def test_check_of_the_shipped_data(steady: Steady) -> None:
    status, out, err = steady("directory", "check", "--max-age-days", "36500")
    report, has_errors = directory_commands.check(36500)
    assert (status, err, has_errors) == (0, "", False)
    assert json.loads(out) == json.loads(json.dumps(report, default=str))


def test_places_are_resolved_line_by_line(steady: Steady, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"text": "I live in Ohio"}\n\n{"text": "hello"}\n')
    status, out, err = steady("places", "resolve", str(path))
    assert (status, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [
        {"text": "I live in Ohio", "places": ["US-OH", "US"], "ambiguous": False},
        {"text": "hello", "places": [], "ambiguous": False},
    ]


def test_a_line_that_cannot_be_read_is_named_by_its_number_and_not_shown(steady: Steady, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"text": "hello"}\nwords of somebody\n')
    status, out, err = steady("places", "resolve", str(path))
    assert (status, out.count("\n")) == (1, 1)
    assert err.count("\n") == 1
    assert "line 2" in err and "somebody" not in err


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The lines that the understanding was given; it answers with their texts."""
    given: list[dict[str, Any]] = []

    def parse_lines(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for line in lines:
            given.append(line)
            yield {"text": line["text"], "intent": "greet"}

    monkeypatch.setattr(nlu_commands, "parse_lines", parse_lines)
    monkeypatch.setattr(nlu_commands, "evaluate", lambda lines: {"accuracy": len(list(parse_lines(lines)))})
    return given


def test_lines_are_parsed_to_json_lines(steady: Steady, tmp_path: Path, parsed: list[dict[str, Any]]) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"text": "hello", "intent": "greet"}\n\n{"text": "é"}\n')
    expected = '{"text": "hello", "intent": "greet"}\n{"text": "é", "intent": "greet"}\n'
    assert steady("nlu", "parse", str(path)) == (0, expected, "")
    assert parsed == [{"text": "hello", "intent": "greet"}, {"text": "é"}]


def test_lines_are_evaluated_to_one_object(steady: Steady, tmp_path: Path, parsed: list[dict[str, Any]]) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"text": "hello", "intent": "greet"}\n{"text": "bye", "intent": "goodbye"}\n')
    assert steady("nlu", "evaluate", str(path)) == (0, '{"accuracy": 2}\n', "")


@pytest.mark.parametrize("line", ["words of somebody", '["words of somebody"]', '{"text": 7, "note": "somebody"}'])
@pytest.mark.parametrize("command", ["parse", "evaluate"])
def test_a_line_without_text_is_named_by_its_number(
    command: str, line: str, steady: Steady, tmp_path: Path, parsed: list[dict[str, Any]]
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f'{{"text": "hello"}}\n\n{line}\n')
    status, _, err = steady("nlu", command, str(path))
    assert (status, err) == (1, 'steady: line 3 has no text; write {"text": "..."} on each line\n')


def test_a_file_of_scripts_with_a_fault(steady: Steady, tmp_path: Path) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text("- id: one\n")
    expected = "steady: ScriptError scripts.yaml: script 1 needs an id and a list of turns\n"
    assert steady("chat", str(path)) == (1, "", expected)


def test_scripts_are_played_to_json_lines(steady: Steady, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text("- {id: one, turns: [hi]}\n- {id: two, turns: []}\n")
    monkeypatch.setattr(training, "is_current", lambda _: True)
    monkeypatch.setattr(chat, "play_all", lambda _, scripts: ({"id": s["id"], "é": 1} for s in scripts))
    assert steady("chat", str(path)) == (0, '{"id": "one", "é": 1}\n{"id": "two", "é": 1}\n', "")


@pytest.mark.parametrize(("old", "trained"), [(False, []), (True, [("train",)])])
def test_an_old_model_is_trained_before_scripts_are_played(
    old: bool, trained: list[tuple[str, ...]], steady: Steady, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text("[]\n")
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(training, "is_current", lambda _: not old)
    monkeypatch.setattr(cli, "_in_child", lambda *arguments: ran.append(arguments))
    monkeypatch.setattr(chat, "play_all", lambda *_: iter(()))
    assert steady("chat", str(path)) == (0, "", "")
    assert ran == trained


def test_the_doctor_prints_findings_and_names_what_to_look_at(steady: Steady, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        {"check": "python", "ok": True, "what": "3.11.9", "do": ""},
        {"check": "model", "ok": False, "what": "not trained", "do": "run `make train`"},
        {"check": "secret", "ok": False, "what": "too short", "do": "set it"},
    ]
    monkeypatch.setattr(doctor, "examine", lambda _: found)
    status, out, err = steady("doctor")
    assert [json.loads(line) for line in out.splitlines()] == found
    assert (status, err) == (1, "steady: look at: model, secret\n")
    monkeypatch.setattr(doctor, "examine", lambda _: found[:1])
    assert steady("doctor")[::2] == (0, "")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        pytest.param(RuntimeError("training ended\nmore"), "steady: RuntimeError training ended", id="a known kind"),
        pytest.param(TypeError("words of somebody"), "steady: TypeError", id="any other says nothing more"),
        pytest.param(KeyboardInterrupt(), "", id="Ctrl-C"),
    ],
)
def test_a_failure_is_one_line(
    error: BaseException, line: str, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(training, "train", fail)
    status, out, err = steady("train")
    assert (status, out, err.strip()) == (130 if isinstance(error, KeyboardInterrupt) else 1, "", line)


def test_train_passes_on_force(steady: Steady, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(training, "train", lambda _, force: asked.append(force))
    assert [steady("train")[0], steady("train", "--force")[0]] == [0, 0]
    assert asked == [False, True]


def test_a_command_never_reports_home(steady: Steady, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    monkeypatch.setenv("SENTRY_DSN", "https://example.org/1")
    monkeypatch.setattr(training, "train", lambda *_, **__: None)
    steady("train")
    assert cli.os.environ["RASA_TELEMETRY_ENABLED"] == "false"
    assert "SENTRY_DSN" not in cli.os.environ


def test_up_uses_its_options_and_says_when_it_is_ready(
    steady: Steady, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Settings] = []

    class Standing:
        url = "http://127.0.0.1:8080"
        stopping: Any = None

        def __init__(self, settings: Settings) -> None:
            made.append(settings)

        def __enter__(self) -> Standing:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def raise_if_ended(self) -> None:
            raise stack.NotStarted("the bot process ended with status 1; run `steady doctor`")

    monkeypatch.setattr(stack, "Stack", Standing)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    monkeypatch.setattr(training, "is_current", lambda _: True)
    status, out, err = steady("up", "--port", "8080", "--data-dir", str(tmp_path))
    assert (status, out) == (1, "ready\n")
    assert err.splitlines()[-1] == "steady: the bot process ended with status 1; run `steady doctor`"
    assert (made[0].port, made[0].data_dir) == (8080, tmp_path)
    assert "http://127.0.0.1:8080/" in err
