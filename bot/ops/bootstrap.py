"""Sets up what is missing on a fresh machine: uv, Python 3.11, the locked packages, the `steady` command.

Runs under any Python 3.8 or newer with the standard library alone. Does nothing where nothing changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
STAMP = VENV / ".installed"
INPUTS = ("requirements.lock", "pyproject.toml", ".python-version")


def fingerprint() -> str:
    """The state of everything that the installation depends on."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def run(*command: str) -> None:
    """Run a command, with its output in sight."""
    subprocess.run(command, check=True, cwd=ROOT)


def find_uv() -> str:
    """The path of uv; installs it beside the project where the machine has none."""
    local = TOOLS / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(local)):
        if candidate and Path(candidate).exists():
            return candidate
    print("Installing uv, the package installer ...", file=sys.stderr)
    options = ["install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    own_pip = [sys.executable, "-m", "pip"]
    if _works(*own_pip, "--version") and _works(*own_pip, *options, "--target", str(TOOLS), "uv") and local.exists():
        return str(local)
    if _works(sys.executable, "-m", "venv", str(TOOLS)) and _works(str(TOOLS / "bin" / "pip"), *options, "uv"):
        return str(local)
    sys.exit("Python here has neither pip nor venv. Install one of them (python3-venv) or uv, then run make again.")


def _works(*command: str) -> bool:
    """Whether a command succeeds; what it prints stays unseen."""
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def install() -> None:
    """Make the environment match the lock, byte-compiled, with the `steady` command in it."""
    uv = find_uv()
    os.environ["VIRTUAL_ENV"] = str(VENV)
    if not (VENV / "bin" / "python").exists():
        run(uv, "venv", "--quiet", "--python", (ROOT / ".python-version").read_text().strip(), str(VENV))
    print("Installing the locked packages (about a minute the first time) ...", file=sys.stderr)
    run(uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "requirements.lock")
    run(uv, "pip", "install", "--quiet", "--no-deps", "--editable", ".")
    STAMP.write_text(fingerprint())


def main() -> None:
    """Install unless the environment already matches."""
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    install()


if __name__ == "__main__":
    main()
