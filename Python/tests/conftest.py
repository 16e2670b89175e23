"""Paths of the tests: WEFT_COMMAND is the built command, WEFT_LIBRARY the built library."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Python"))


@pytest.fixture(scope="session")
def weft_command():
    found = os.environ["WEFT_COMMAND"]

    def run(*words):
        done = subprocess.run([found, *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def fixtures():
    return ROOT / "Fixtures"


@pytest.fixture(scope="session")
def networks(tmp_path_factory, weft_command, fixtures):
    """Both networks of the project, packed."""
    folder = tmp_path_factory.mktemp("networks")
    packed = {}
    for name in ("digits_int8", "digits_fixed16"):
        packed[name] = folder / f"{name}.weft"
        weft_command("pack", "-q", fixtures / "networks" / name, "-o", packed[name])
    return packed
