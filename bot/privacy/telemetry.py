"""Nothing calls home: switches off what Rasa reports to its makers unless told otherwise."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

SWITCHED_OFF = {"RASA_TELEMETRY_ENABLED": "false"}
REPORTING_ADDRESSES = ("SENTRY_DSN", "RASA_TELEMETRY_WRITE_KEY", "RASA_EXCEPTION_WRITE_KEY")


def disable(environment: MutableMapping[str, str] | None = None) -> None:
    """Switch off usage telemetry and crash reports, for this process and those it starts.

    Must run before Rasa is imported. It overrides what the environment says: there is no setting
    with which this product reports on the people who use it (rule R47).
    """
    environment = os.environ if environment is None else environment
    environment.update(SWITCHED_OFF)
    for name in REPORTING_ADDRESSES:
        environment.pop(name, None)


def faults(environment: MutableMapping[str, str] | None = None) -> list[str]:
    """What in the environment would make Rasa report, one sentence each; empty where nothing does."""
    environment = os.environ if environment is None else environment
    found = [
        f"{name} must be {value}: set it in the environment that starts Rasa"
        for name, value in SWITCHED_OFF.items()
        if environment.get(name, "").lower() != value
    ]
    found += [f"{name} must not be set" for name in REPORTING_ADDRESSES if environment.get(name)]
    return found
