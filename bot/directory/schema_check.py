"""Whether the data files are what their JSON Schemas ask for."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from bot.directory import seed_files

SCHEMAS = Path(__file__).resolve().parent / "schema"


class SeedError(ValueError):
    """A data file breaks its schema. The message names the file, the place in it, and the fault."""


@cache
def validator(kind: str) -> Draft202012Validator:
    """The validator for one kind of file: jurisdiction, platform, tool or evidence."""
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json")}
    registry: Registry = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    return Draft202012Validator(schemas[f"{kind}.json"], registry=registry, format_checker=FormatChecker())


def faults(kind: str, path: Path, content: Any) -> list[str]:
    """What is wrong with a file's content, each as "file: place: fault"; empty where nothing is."""
    found = [
        f"{path.name}: {'/'.join(map(str, fault.absolute_path)) or 'the whole file'}: {fault.message[:200]}"
        for fault in validator(kind).iter_errors(_as_json(content))
    ]
    name = _name(kind, content)
    if name is not None and name != path.stem:
        found.append(f"{path.name}: the file is named {path.stem}, its entry {name}")
    return found


def all_faults(folder: Path = seed_files.SEED) -> list[str]:
    """What is wrong with any of the data files."""
    return [fault for kind, path, content in seed_files.documents(folder) for fault in faults(kind, path, content)]


def require_valid(folder: Path = seed_files.SEED) -> None:
    """Raises SeedError with the first faults where a data file breaks its schema."""
    found = all_faults(folder)
    if found:
        more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
        raise SeedError(f"Correct the directory's data files: {'; '.join(found[:3])}{more}")


def _name(kind: str, content: Any) -> str | None:
    if not isinstance(content, dict) or kind == "evidence":
        return None
    return content.get("code" if kind == "jurisdiction" else "id")


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value
