"""The `steady` command. JSON on stdout, logs on stderr; non-zero with one clear line where it fails."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.ops import cli_directory
from bot.ops.cli_output import CommandError, print_all, print_json
from bot.privacy import telemetry


def main(arguments: list[str] | None = None) -> None:
    """Run one command; the process ends with its status."""
    telemetry.disable()
    parsed = _parser().parse_args(arguments)
    try:
        status = parsed.command(parsed)
    except CommandError as error:
        print(f"steady: {error}", file=sys.stderr)
        status = 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        status = 130
    except Exception as error:  # noqa: BLE001 - one clear line, never a stack with somebody's words in it
        detail = str(error) if isinstance(error, (LookupError, ValueError, OSError, RuntimeError)) else ""
        print(f"steady: {type(error).__name__} {detail}".strip().splitlines()[0], file=sys.stderr)
        status = 1
    raise SystemExit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="steady", description="Guided support for people whose intimate images were shared, threatened or faked."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="start the whole product on this machine")
    up.add_argument("--port", type=int, help="port of the bot and the demo page (5005)")
    up.add_argument("--data-dir", type=Path, help="where the database and the secret are kept")
    up.set_defaults(command=_up)

    chat = commands.add_parser("chat", help="play conversation scripts against the real bot")
    chat.add_argument("file", type=Path)
    chat.set_defaults(command=_chat)

    train = commands.add_parser("train", help="train the model where it is missing or old")
    train.add_argument("--force", action="store_true")
    train.set_defaults(command=_train)

    nlu = commands.add_parser("nlu", help="understanding").add_subparsers(required=True, metavar="COMMAND")
    parse = nlu.add_parser("parse", help="parse each line's text")
    parse.add_argument("file", type=Path)
    parse.set_defaults(command=_nlu_parse)
    evaluate = nlu.add_parser("evaluate", help="measure against lines with text and intent")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--language")
    evaluate.set_defaults(command=_nlu_evaluate)

    places = commands.add_parser("places", help="places").add_subparsers(required=True, metavar="COMMAND")
    resolve = places.add_parser("resolve", help="the place that each line's text states")
    resolve.add_argument("file", type=Path)
    resolve.set_defaults(command=_places)

    cli_directory.add_commands(commands)
    commands.add_parser("doctor", help="check the configuration and say what to do").set_defaults(command=_doctor)
    return parser


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file; that it is there is checked at once, before anything slow."""
    if not path.is_file():
        raise CommandError(f"{path}: no such file")
    return _read(path)


def _read(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON object of each line that is not blank; a line that is none is named by its number only."""
    return (_object(line, number) for number, line in enumerate(_lines(path), start=1) if line.strip())


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise CommandError(f'line {number} has no text; write {{"text": "..."}} on each line')
    return value


def _up(arguments: argparse.Namespace) -> int:
    from bot.ops.stack import NotStarted, Stack
    from bot.settings import Settings

    environment = dict(os.environ)
    if arguments.data_dir:
        environment["STEADY_DATA_DIR"] = str(arguments.data_dir)
    settings = Settings.from_environment(environment)
    if arguments.port:
        settings = replace(settings, port=arguments.port)
    _train_if_needed(settings)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    print("Starting ...", file=sys.stderr, flush=True)
    from bot.directory.database import prepare

    prepare(settings.database_url)
    try:
        stack = Stack(settings)
        stack.stopping = stopping
        with stack:
            if stopping.is_set():
                return 0
            print(f"Demo page with the chat: {stack.url}/", file=sys.stderr)
            print(f"Chat without JavaScript: {stack.url}/chat", file=sys.stderr)
            print(f"Web channel:             {stack.url}/webhooks/web", file=sys.stderr)
            print(f"Actions (loopback only): http://{settings.actions_host}:{settings.actions_port}", file=sys.stderr)
            print("Stop with Ctrl-C.", file=sys.stderr, flush=True)
            print("ready", flush=True)
            while not stopping.wait(1):
                stack.raise_if_ended()
            print("Stopping ...", file=sys.stderr, flush=True)
    except NotStarted as error:
        raise CommandError(str(error)) from None
    return 0


def _train_if_needed(settings: Any) -> None:
    from bot.ops.training import is_current

    if not is_current(settings):
        _in_child("train")


def _in_child(*arguments: str) -> None:
    """Run a command in a process of its own, so that this one never loads TensorFlow."""
    import subprocess

    if subprocess.run([sys.executable, "-m", "bot.ops.cli", *arguments], check=False, stdout=sys.stderr).returncode:
        raise CommandError(f"`steady {' '.join(arguments)}` failed; the lines above say why")


def _chat(arguments: argparse.Namespace) -> int:
    from bot.ops.chat import play_all, read_scripts
    from bot.settings import settings

    if not arguments.file.is_file():
        raise CommandError(f"{arguments.file}: no such file")
    scripts = read_scripts(arguments.file)
    _train_if_needed(settings)
    return print_all(play_all(settings, scripts))


def _train(arguments: argparse.Namespace) -> int:
    from bot.ops.training import train
    from bot.settings import settings

    train(settings, force=arguments.force)
    return 0


def _nlu_parse(arguments: argparse.Namespace) -> int:
    from bot.ops.nlu_commands import parse_lines

    return print_all(parse_lines(_objects(arguments.file)))


def _nlu_evaluate(arguments: argparse.Namespace) -> int:
    from bot.ops.nlu_commands import evaluate

    print_json(evaluate(_objects(arguments.file)))
    return 0


def _places(arguments: argparse.Namespace) -> int:
    from bot.ops.places_command import resolve_lines

    return print_all(resolve_lines(_lines(arguments.file)))


def _doctor(_: argparse.Namespace) -> int:
    from bot.ops.doctor import examine
    from bot.settings import settings

    findings = examine(settings)
    print_all(findings)
    faults = [finding["check"] for finding in findings if not finding["ok"]]
    if faults:
        raise CommandError(f"look at: {', '.join(faults)}")
    return 0


if __name__ == "__main__":
    main()
