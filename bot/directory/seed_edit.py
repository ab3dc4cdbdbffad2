"""Writes what was verified into the data files, changing nothing else in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.directory import schema_check
from bot.directory.entries import Entry
from bot.directory.schema_check import SeedError
from bot.directory.seed_files import OWN_COLUMNS, SECTIONS

_SECTION_OF = {table: section for section, (table, _) in SECTIONS.items()}


def write(folder: Path, entry: Entry, changes: Mapping[str, Any]) -> Path:
    """Puts the changed fields of an entry into its data file and returns the file.

    Fields that are there are replaced, others are added below `confirmed`; every other line stays as it is.
    Raises SeedError, and writes nothing, where the entry is not in the files or the file would break its
    schema.
    """
    kind, path = _file(folder, entry)
    if not path.is_file():
        raise SeedError(f"The data files have no {path.name} for {entry.label}.")
    text = path.read_text(encoding="utf-8")
    edited = _edited(text, _node(yaml.compose(text, Loader=yaml.SafeLoader), entry), changes)
    found = schema_check.faults(kind, path, yaml.load(edited, Loader=yaml.CSafeLoader))
    if found:
        raise SeedError(f"Not written: {found[0]}")
    path.write_text(edited, encoding="utf-8")
    return path


def _file(folder: Path, entry: Entry) -> tuple[str, Path]:
    if entry.table in OWN_COLUMNS or entry.table == "jurisdiction":
        code = entry.key.partition(":")[0]
        return "jurisdiction", folder / "jurisdictions" / f"{code}.yaml"
    if entry.table == "evidence_practice":
        return "evidence", folder / "evidence.yaml"
    return entry.table, folder / f"{entry.table}s" / f"{entry.key}.yaml"


def _node(document: Any, entry: Entry) -> yaml.MappingNode:
    found: Any = document
    if entry.table in OWN_COLUMNS:
        found = _item(_child(found, _SECTION_OF[entry.table]), entry.key.rpartition(":")[2])
    elif entry.table == "evidence_practice":
        found = _item(_child(found, "evidence"), entry.key)
    for step in entry.path:
        found = found.value[step] if isinstance(step, int) and found else _child(found, str(step))
    if not isinstance(found, yaml.MappingNode):
        raise SeedError(f"The data files have no entry {entry.label}.")
    return found


def _child(node: Any, name: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _item(node: Any, identity: str) -> Any:
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        own = _child(item, "id")
        if own is not None and own.value == identity:
            return item
    return None


def _edited(text: str, node: yaml.MappingNode, changes: Mapping[str, Any]) -> str:
    present = {key.value: (key, value) for key, value in node.value}
    # From the end of the file to its start, so that earlier places stay where they are.
    edits: list[tuple[int, int, str]] = []
    added: list[str] = []
    for name, value in changes.items():
        if name in present:
            old = present[name][1]
            block = isinstance(old, yaml.ScalarNode) and old.style in ("|", ">")
            edits.append((old.start_mark.index, _end(old), _text(value) + ("\n" if block else "")))
        else:
            added.append(f"{name}: {_text(value)}")
    if added:
        key, value = present["confirmed"]
        margin = "\n" + " " * key.start_mark.column
        edits.append((_end(value), _end(value), margin + margin.join(added)))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _end(node: yaml.Node) -> int:
    """Where a value ends; a list or mapping in block style reaches to the next key, so to its last item."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _text(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6).strip()
    return text.removesuffix("...").strip()
