"""Where the ``weft`` command is."""
from __future__ import annotations

import os
import shutil
import subprocess
from typing import Sequence


def path() -> str:
    """The command that WEFT_COMMAND names, or the one on the path. Raises FileNotFoundError."""
    found = os.environ.get("WEFT_COMMAND") or shutil.which("weft")
    if not found:
        raise FileNotFoundError("the weft command was not found: put it on the path, or say where it is with WEFT_COMMAND")
    return found


def run(arguments: Sequence[str], executable: str = "") -> str:
    """Runs the command; returns what it printed. Raises RuntimeError with its one line of error."""
    done = subprocess.run([executable or path(), *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"weft {arguments[0]} ended with {done.returncode}")
    return done.stdout
