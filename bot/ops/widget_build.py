"""Whether the built widget that is served was built from the sources beside it: `python -m bot.ops.widget_build`.

The comparison needs no Node: the build writes down a hash of what it was built from. With `--rebuild` Node builds
once more, and the result must be the same byte by byte.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT

WIDGET = ROOT / "bot" / "widget"
BUILT = ("widget.js", "widget.css")
HOW_TO_BUILD = "run: cd bot/widget && npm ci && npm run build"


def sources_hash(folder: Path = WIDGET) -> str:
    """The hash of everything that decides what is built, as build.mjs writes it into integrity.json."""
    names = ["package-lock.json", "build.mjs", *sorted(f"src/{path.name}" for path in (folder / "src").iterdir())]
    lines = (f"{name}\n{hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n" for name in names)
    return _integrity("sha256", "".join(lines).encode())


def faults(folder: Path = WIDGET) -> list[str]:
    """What is wrong with the built files; empty where they belong to the sources."""
    try:
        noted = json.loads((folder / "dist" / "integrity.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["bot/widget/dist/integrity.json cannot be read"]
    found = []
    for name in BUILT:
        path = folder / "dist" / name
        if not path.is_file() or noted.get(name) != _integrity("sha384", path.read_bytes()):
            found.append(f"bot/widget/dist/{name} is not what was built")
    if noted.get("sources") != sources_hash(folder):
        found.append("bot/widget/src has changed since bot/widget/dist was built")
    return found


def rebuilt() -> list[str]:
    """What a build by Node gives differently; empty where it gives the same, or where there is no Node."""
    if shutil.which("npm") is None:
        sys.stderr.write("no npm on this machine: built files compared by their hashes only\n")
        return []
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "--silent", "check"]):
        done = subprocess.run(command, cwd=WIDGET, capture_output=True, text=True)
        if done.returncode != 0:
            return [
                (done.stderr or done.stdout).strip().splitlines()[-1] if done.stderr or done.stdout else "npm failed"
            ]
    return []


def main(arguments: list[str] | None = None) -> int:
    """Print every fault and how to mend it; 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare hashes (what happens anyway)")
    parser.add_argument("--rebuild", action="store_true", help="build with Node as well and compare")
    options = parser.parse_args(arguments)
    found = faults() + (rebuilt() if options.rebuild else [])
    for fault in found:
        sys.stderr.write(f"{fault}; {HOW_TO_BUILD}\n")
    return 1 if found else 0


def _integrity(kind: str, content: bytes) -> str:
    return f"{kind}-{base64.b64encode(hashlib.new(kind, content).digest()).decode()}"


if __name__ == "__main__":
    sys.exit(main())
