"""The kinds of database that tests run against: SQLite always, PostgreSQL where one is named."""

import os

import pytest

POSTGRES = os.environ.get("STEADY_TEST_POSTGRES", "")

DATABASES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param(
        "postgresql",
        id="postgresql",
        marks=pytest.mark.skipif(not POSTGRES, reason="STEADY_TEST_POSTGRES names no database"),
    ),
]
