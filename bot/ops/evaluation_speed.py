"""What understanding costs: the time for one message on one thread, and the time to train."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bot.settings import Settings

WARM_UP = 20


def machine() -> str:
    """Returns the processor and how many cores this process may use."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{name}, {len(os.sched_getaffinity(0))} cores"


def parsing_milliseconds(parse: Callable[[list[str]], Any], texts: Sequence[str]) -> dict[str, Any]:
    """Parses the texts one by one on one thread; returns median and 95th percentile of the time, in ms.

    `processor` is the time that was worked, which what else runs on the machine changes little.
    """
    waited, worked = [], []
    with threadpool_limits(1):
        for text in texts[:WARM_UP]:
            parse([text])
        for text in texts:
            clock, processor = time.perf_counter(), time.process_time()
            parse([text])
            waited.append(1000 * (time.perf_counter() - clock))
            worked.append(1000 * (time.process_time() - processor))
    return {
        "messages": len(waited),
        "median": round(float(np.median(waited)), 2),
        "p95": round(float(np.percentile(waited, 95)), 2),
        "processor": round(float(np.median(worked)), 2),
    }


def training_seconds(settings: Settings) -> dict[str, Any]:
    """Trains the whole model into a folder that is thrown away; returns how long it took."""
    from bot.ops.training import train

    with tempfile.TemporaryDirectory(prefix="steady-training-") as folder:
        clock, processor = time.monotonic(), time.process_time()
        train(replace(settings, model_dir=Path(folder)), force=True)
        return {
            "seconds": round(time.monotonic() - clock),
            "processor_seconds": round(time.process_time() - processor),
            "machine": machine(),
        }
