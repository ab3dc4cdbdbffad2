"""A language that is written from right to left, for as long as a test needs it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

WORDS = Path(__file__).with_name("arabic.yml")


@contextmanager
def with_arabic(wording: ModuleType) -> Iterator[None]:
    """Let `bot.nlg.wording` read its own languages and the Arabic words of the page."""
    usual = wording.RESPONSES
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(usual, folder, dirs_exist_ok=True)
        (Path(folder) / "ar").mkdir()
        shutil.copy(WORDS, Path(folder) / "ar" / WORDS.name)
        wording.RESPONSES = Path(folder)
        try:
            yield
        finally:
            wording.RESPONSES = usual
            wording._load.cache_clear()
