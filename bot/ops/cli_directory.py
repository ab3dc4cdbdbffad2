"""The commands of the directory and of the notices: `steady directory ...`, `steady notice ...`."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from bot.ops.cli_output import CommandError, print_all, print_json

MISSING_ELEMENTS = 3


def add_commands(commands: Any) -> None:
    """Add the two commands to the parser's subcommands."""
    directory = commands.add_parser("directory", help="laws, services, platforms")
    parts = directory.add_subparsers(required=True, metavar="COMMAND")
    show = parts.add_parser("show", help="one jurisdiction as people get it")
    show.add_argument("code")
    show.add_argument("--language", default="en")
    show.set_defaults(command=_show)
    parts.add_parser("stats", help="what is covered").set_defaults(command=_stats)
    check = parts.add_parser("check", help="schema, duplicates, stale, conflicting and unconfirmed entries")
    check.add_argument("--max-age-days", type=int, default=180)
    check.set_defaults(command=_check)
    verify = parts.add_parser("verify", help="go through stale entries one by one, by keyboard")
    verify.add_argument("--who", help="who checks; the name on this machine unless given")
    verify.add_argument("--max-age-days", type=int, default=180)
    verify.add_argument("--code", help="only this jurisdiction and those it inherits from")
    verify.add_argument("--write-seed", action="store_true", help="write the outcome into the data files, too")
    verify.set_defaults(command=_verify)
    diff = parts.add_parser("diff", help="what new data files would change, in words")
    diff.add_argument("new", nargs="?", type=Path, help="a folder of data files; the shipped one unless given")
    diff.add_argument("--old", help="a folder or a database; the database in use unless given")
    diff.set_defaults(command=_diff)
    bring_in = parts.add_parser("import", help="bring in data files; can be taken back")
    bring_in.add_argument("folder", nargs="?", type=Path)
    bring_in.set_defaults(command=_import)
    parts.add_parser("revert", help="take the last import back").set_defaults(command=_revert)

    notice = commands.add_parser("notice", help="a removal notice or letter as text")
    notice.add_argument("kind", nargs="?")
    notice.add_argument("--list", action="store_true", help="the kinds that there are")
    notice.add_argument("--place", metavar="CODE")
    notice.add_argument("--platform", metavar="ID")
    notice.add_argument("--field", action="append", default=[], metavar="NAME=VALUE")
    notice.set_defaults(command=_notice)


def _show(arguments: argparse.Namespace) -> int:
    from bot.ops.directory_commands import show

    print_json(show(arguments.code, arguments.language))
    return 0


def _stats(_: argparse.Namespace) -> int:
    from bot.ops.directory_commands import stats

    print_json(stats())
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from bot.ops.directory_commands import check
    from bot.settings import settings

    report, has_errors = check(arguments.max_age_days, database_url=settings.database_url)
    print_json(report)
    return 1 if has_errors else 0


def _verify(arguments: argparse.Namespace) -> int:
    from bot.ops.directory_verify import verify
    from bot.settings import settings

    who = arguments.who or getpass.getuser()
    counts = verify(settings.database_url, who, arguments.max_age_days, arguments.code, arguments.write_seed)
    print_json(counts)
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from bot.directory.seed_files import SEED
    from bot.ops.directory_imports import compare
    from bot.settings import settings

    return print_all(
        {"change": line} for line in compare(arguments.old or settings.database_url, arguments.new or SEED)
    )


def _import(arguments: argparse.Namespace) -> int:
    from bot.directory.seed_files import SEED
    from bot.ops.directory_imports import bring_in
    from bot.settings import settings

    print_json(bring_in(settings.database_url, arguments.folder or SEED))
    return 0


def _revert(_: argparse.Namespace) -> int:
    from bot.ops.directory_imports import revert
    from bot.settings import settings

    print_json(revert(settings.database_url))
    return 0


def _notice(arguments: argparse.Namespace) -> int:
    from bot.ops.notice_command import advise, list_kinds, print_notice

    if arguments.list:
        return print_all(list_kinds())
    if not arguments.kind:
        raise CommandError("name a kind; `steady notice --list` shows them")
    fields = _fields(arguments.field)
    text, missing = print_notice(arguments.kind, arguments.place, arguments.platform, fields)
    print(text)
    for line in missing:
        print(f"missing: {line}", file=sys.stderr)
    for line in advise(arguments.kind, arguments.place, arguments.platform, fields):
        print(line, file=sys.stderr)
    return MISSING_ELEMENTS if missing else 0


def _fields(given: list[str]) -> dict[str, str | list[str]]:
    """NAME=VALUE pairs; a name that is given more than once becomes a list."""
    fields: dict[str, str | list[str]] = {}
    for item in given:
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise CommandError("write each --field as NAME=VALUE")
        before = fields.get(name)
        if before is None:
            fields[name] = value
        else:
            fields[name] = [*(before if isinstance(before, list) else [before]), value]
    return fields
