"""What libraries say while people are served stays without words of theirs."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from bot.privacy.logging import describe

CANARY = "the canary sang at midnight"
PRELUDE = f"""
import asyncio, json, logging, sys, threading, warnings
import structlog
from bot.privacy import logging as discreet
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(name)s %(levelname)s %(message)s")
words = {CANARY!r}
rasa = logging.getLogger("rasa.core.processor")
def fail():
    raise ValueError(words)
discreet.install()
"""


def run(script: str) -> str:
    """All that a process writes which logs as the script says."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param('rasa.error(f"failed on {words}")', "rasa.core.processor ERROR [withheld]", id="in-the-message"),
        pytest.param('rasa.error("failed on %s", words)', "rasa.core.processor ERROR [withheld]", id="in-the-values"),
        pytest.param(
            """
            try: fail()
            except ValueError: rasa.exception("failed")
            """,
            "rasa.core.processor ERROR [withheld] (ValueError < <string>:",
            id="in-the-exception",
        ),
        pytest.param(
            """
            try: fail()
            except ValueError: logging.getLogger("bot.channels").exception("answer %s failed at 100%%", 5)
            """,
            "bot.channels ERROR answer 5 failed at 100% (ValueError < <string>:",
            id="in-the-exception-of-our-own-logger",
        ),
        pytest.param(
            """
            try:
                try: fail()
                except ValueError as error: raise KeyError(words) from error
            except KeyError: rasa.exception("failed")
            """,
            "(KeyError < <string>:",
            id="in-a-chain-of-exceptions",
        ),
        pytest.param(
            'structlog.get_logger("rasa.nlu").error("nlu.failed", text=words)',
            "rasa.nlu ERROR nlu.failed",
            id="in-a-structured-event",
        ),
        pytest.param(
            """
            try: fail()
            except ValueError: structlog.get_logger().exception("nlu.failed", text=words)
            """,
            "ERROR nlu.failed (ValueError < <string>:",
            id="in-a-structured-exception",
        ),
        pytest.param(
            'rasa.error(json.dumps({"event": "rest.message.failure", "text": words}))',
            "rasa.core.processor ERROR rest.message.failure",
            id="in-json",
        ),
        pytest.param("warnings.warn(words)", "UserWarning at <string>:", id="in-a-warning"),
        pytest.param("fail()", "stopped by ValueError < <string>:", id="in-a-crash"),
        pytest.param(
            "thread = threading.Thread(target=fail); thread.start(); thread.join()",
            "thread stopped by ValueError < <string>:",
            id="in-a-thread",
        ),
        pytest.param(
            """
            async def later():
                async def failing(): fail()
                task = asyncio.ensure_future(failing())
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                del task
                import gc; gc.collect()
            asyncio.run(later())
            """,
            "asyncio ERROR [withheld] (ValueError < <string>:",
            id="in-a-forgotten-task",
        ),
        pytest.param('rasa.warning("%d", words); print("went on")', "went on", id="in-a-broken-log-call"),
    ],
)
def test_words_are_withheld_while_people_are_served(script: str, expected: str) -> None:
    written = run("discreet.serve()\n" + textwrap.dedent(script))
    assert CANARY not in written
    assert expected in written


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param('rasa.error("no model in models/")', "no model in models/", id="start-up-message"),
        pytest.param('rasa.warning("old %s", "setting")', "old setting", id="start-up-values"),
    ],
)
def test_the_operator_sees_what_goes_wrong_at_the_start(script: str, expected: str) -> None:
    assert expected in run(script)


def test_our_own_messages_stay_whole() -> None:
    written = run('discreet.serve(); logging.getLogger("bot.channels").error("code %s", "database")')
    assert written == "bot.channels ERROR code database\n"


def test_chatter_of_libraries_and_access_logs_are_off() -> None:
    written = run("""
    rasa.info(words)
    logging.getLogger("sanic.access").error(words)
    structlog.get_logger().info("event", text=words)
    """)
    assert written == ""


def test_describing_an_exception() -> None:
    def inner() -> None:
        raise ValueError(CANARY)

    try:
        inner()
    except ValueError as error:
        described = describe(error)
    kind, first, second = described.split(" < ")
    assert (kind, first.split(" ")[1], second.split(" ")[1]) == (
        "ValueError",
        "inner",
        "test_describing_an_exception",
    )
    assert describe(None) == "no exception"
