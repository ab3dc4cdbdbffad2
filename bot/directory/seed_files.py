"""The directory's data files: where they are, their version, and their content as rows of tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.directory.codes import parent
from bot.directory.opening import parse

SEED = Path(__file__).resolve().parent / "seed"

# Who checked an entry that names nobody.
SEED_CHECK = "seed"

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# The lists of a jurisdiction's file, the table each belongs to and the middle of its ids.
SECTIONS = {
    "laws": ("law", "law"),
    "helplines": ("service", "service"),
    "report_to": ("report_route", "report"),
    "legal_help": ("legal_help", "help"),
    "court_orders": ("court_order", "order"),
}

# Columns of the fact tables beside those that every fact has, with the value that a missing key means.
OWN_COLUMNS: dict[str, Row] = {
    "law": {"citation": "", "kind": "", "covers": [], "year": None, "status": "in_force"},
    "service": {
        "purposes": [],
        "phone": None,
        "text": None,
        "chat": None,
        "url": None,
        "hours": None,
        "languages": [],
        "minors": True,
        "adults": True,
        "only_in": [],
        "not_in": [],
        "opening": None,
    },
    "report_route": {"kind": "", "phone": None, "url": None, "minors": True, "adults": True},
    "legal_help": {"kind": "", "phone": None, "url": None},
    "court_order": {"url": None},
}

COMMON_COLUMNS: Row = {
    "name": "",
    "note": "",
    "source": "",
    "confirmed": False,
    "unconfirmed_fields": [],
    "evidence": None,
    "check_note": None,
    "independent_sources": None,
    "also_seen_in": [],
    "checked_by": SEED_CHECK,
}

TOOL_COLUMNS = [
    "name",
    "what_it_does",
    "who_can_use",
    "needs",
    "cannot",
    "url",
    "phone",
    "email",
    "contact",
    "cost",
    "cost_note",
    "age",
    "region",
    "run_by",
    "partners_seen",
]
EVIDENCE_COLUMNS = ["topic", "advice", "rule", "columns", "columns_note", "note"]
PLATFORM_COLUMNS = [
    "id",
    "name",
    "kind",
    "aliases",
    "ambiguous_aliases",
    "domains",
    "report",
    "two_factor",
    "evidence_tips",
    "partners",
]


def version(folder: Path = SEED) -> str:
    """The version of the data, a date such as "2026.11.15"."""
    return (folder / "VERSION").read_text(encoding="utf-8").strip()


def content_hash(folder: Path = SEED) -> str:
    """SHA-256 of all data files and their names: equal only where nothing was changed."""
    digest = hashlib.sha256()
    for path in sorted(_files(folder)):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    yield folder / "VERSION"
    yield from folder.rglob("*.yaml")


def load_yaml(path: Path) -> Any:
    """The content of a YAML file; days are `date` objects."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=yaml.CSafeLoader)


def documents(folder: Path = SEED) -> Iterator[tuple[str, Path, Any]]:
    """Every data file as (kind, path, content). Kinds: jurisdiction, platform, tool, evidence."""
    for kind in ("jurisdiction", "platform", "tool"):
        for path in sorted((folder / f"{kind}s").glob("*.yaml")):
            yield kind, path, load_yaml(path)
    yield "evidence", folder / "evidence.yaml", load_yaml(folder / "evidence.yaml")


def read(folder: Path = SEED) -> Rows:
    """All data as rows by table, in the order in which they are shown."""
    rows = rows_of((kind, content) for kind, _, content in documents(folder))
    rows["translation"] = list(_translations(folder))
    return rows


def rows_of(contents: Iterable[tuple[str, Any]]) -> Rows:
    """The rows of data files given as (kind, content)."""
    rows: Rows = {"jurisdiction": [], "platform": [], "tool": [], "evidence_practice": [], "translation": []}
    rows.update({table: [] for table in OWN_COLUMNS})
    for kind, content in contents:
        if kind == "jurisdiction":
            _add_jurisdiction(rows, content)
        elif kind == "platform":
            rows["platform"].append(_platform(content, len(rows["platform"])))
        elif kind == "tool":
            rows["tool"].append(_tool(content, len(rows["tool"])))
        else:
            rows["evidence_practice"] = [
                _practice(item, content["checked_on"], position) for position, item in enumerate(content["evidence"])
            ]
    return rows


def _add_jurisdiction(rows: Rows, content: Row) -> None:
    code, checked_on = content["code"], content["checked_on"]
    emergency = content.get("emergency")
    rows["jurisdiction"].append(
        {
            "code": code,
            "name": content["name"],
            "parent": parent(code),
            "position": len(rows["jurisdiction"]),
            "languages": content["languages"],
            "age_of_majority_for_images": content["age_of_majority_for_images"],
            "notes": content.get("notes") or "",
            "emergency": _json({"checked_on": checked_on, **emergency}) if emergency else None,
            "checked_on": checked_on,
            "language": "en",
            "inherits": content.get("inherits"),
            "timezone": content.get("timezone"),
        }
    )
    for section, (table, middle) in SECTIONS.items():
        for item in content.get(section) or ():
            row = _fact(table, f"{code}:{middle}:", code, checked_on, item, len(rows[table]))
            if table == "service" and row["opening"] is None:
                opening = parse(row["hours"], content.get("timezone"))
                row["opening"] = opening.to_json() if opening else None
            rows[table].append(row)


def _fact(table: str, prefix: str, code: str, checked_on: date, item: Row, position: int) -> Row:
    item = {**item, "purposes": item.get("for", [])}
    row = {"id": prefix + item["id"], "jurisdiction": code, "position": position, "language": "en"}
    for column, empty in {**COMMON_COLUMNS, **OWN_COLUMNS[table]}.items():
        value = item.get(column)
        row[column] = empty if value is None else value
    return row | {"checked_on": item.get("checked_on", checked_on)}


def _platform(content: Row, position: int) -> Row:
    report = content["report"]
    return {key: _json(content[key]) for key in PLATFORM_COLUMNS} | {
        "position": position,
        "source": _first(report.get("source")),
        "confirmed": report["confirmed"],
        "checked_on": content["checked_on"],
        "checked_by": content.get("checked_by") or SEED_CHECK,
        "language": "en",
    }


def _many(content: Row, checked_on: date, position: int) -> Row:
    return {
        "id": content["id"],
        "position": position,
        "source": _first(content.get("source")),
        "sources": content.get("source") or [],
        "source_kind": content.get("source_kind"),
        "confirmed": content["confirmed"],
        "unconfirmed_fields": content.get("unconfirmed_fields") or [],
        "checked_on": content.get("checked_on", checked_on),
        "checked_by": content.get("checked_by") or SEED_CHECK,
        "language": "en",
    }


def _tool(content: Row, position: int) -> Row:
    row = _many(content, content["checked_on"], position)
    row |= {column: content.get(column) for column in TOOL_COLUMNS}
    row["partners_seen"] = content.get("partners_seen") or []
    known = {*row, "source", "partners_seen"}
    return row | {"details": _json({key: value for key, value in content.items() if key not in known})}


def _practice(content: Row, checked_on: date, position: int) -> Row:
    row = _many(content, checked_on, position)
    row |= {column: content.get(column) for column in EVIDENCE_COLUMNS}
    return row | {"columns": content.get("columns") or []}


def _translations(folder: Path) -> Iterator[Row]:
    for path in sorted((folder / "translations").glob("*.yaml")):
        for entry, texts in load_yaml(path).items():
            for field, text in texts.items():
                yield {"entry": entry, "field": field, "language": path.stem, "text": text}


def _first(source: Any) -> str:
    if isinstance(source, list):
        return source[0] if source else ""
    return source or ""


def _json(value: Any) -> Any:
    """The value with its days as text, so that a JSON column can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value
