"""What `steady directory diff|import|revert` answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.directory import database
from bot.directory.importer import Changes
from bot.directory.seed_diff import diff
from bot.directory.seed_files import SEED, version


class NothingToRevert(LookupError):
    """There is no import before the present one."""


def compare(old: str, new: Path = SEED) -> list[str]:
    """What bringing in the new data files would change, a line each. `old` is a folder or a database's address.

    Raises DirectoryNotReady where the database holds no directory, SeedError where data files are broken.
    """
    return diff(old if "://" in old else Path(old), new)


def bring_in(database_url: str, folder: Path = SEED) -> dict[str, Any]:
    """Imports data files; everything or, where a file is broken, nothing. What staff verified stays."""
    changes = database.import_seed(database_url, folder)
    return {"version": version(folder), **_counts(changes or Changes())}


def revert(database_url: str) -> dict[str, Any]:
    """Takes the last import back. Raises NothingToRevert where there is none before the present one."""
    done = database.revert_import(database_url)
    if done is None:
        raise NothingToRevert("There is no earlier import to go back to.")
    back, changes = done
    return {"version": back, **_counts(changes)}


def _counts(changes: Changes) -> dict[str, int]:
    return {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
