"""What the tests share: the whole product, started once for all that talk to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.ops.chat import Player, private_stack
from bot.ops.stack import Stack
from bot.ops.training import is_current
from bot.settings import ROOT, settings


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product on its own ports and database; trains the model first where it is old."""
    if not is_current(settings):
        subprocess.run([sys.executable, "-m", "bot.ops.cli", "train"], check=True, cwd=ROOT)
    stack = private_stack(settings, tmp_path_factory.mktemp("product"))
    with stack:
        yield stack


@pytest.fixture(scope="session")
def player(product: Stack) -> Player:
    """A client of the product's web channel."""
    return Player(product.url, product.settings)
