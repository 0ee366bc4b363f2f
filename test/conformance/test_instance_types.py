"""The table of instance types is what the pinned botocore and moto say."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / ".ci" / "data"))

from instance_types import TARGET, render


def test_the_table_is_up_to_date() -> None:
    assert TARGET.read_text() == render(), "run .venv/bin/python .ci/data/instance_types.py"
