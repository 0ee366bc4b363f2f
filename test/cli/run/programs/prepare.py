"""Hands its rows on; says one of them, as programs do. Breaks off where a row asks for it."""

import os
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["ML_ROOT"])

files = sorted((ROOT / "processing/input/rows").rglob("*.csv"))
rows = [line for file in files for line in file.read_text().splitlines()]
print("read", rows[0])
if "sleep" in rows:
    (ROOT / "processing/output/train/half.csv").write_text("half")
    sys.stdout.flush()
    time.sleep(60)
if "fail" in rows:
    (ROOT / "output").mkdir()
    (ROOT / "output/message").write_text("a row asks for a failure")
    sys.exit("jane@example.org asked for it")
if "crash" in rows:
    raise RuntimeError("jane@example.org")
if "link" in rows:
    (ROOT / "processing/output/train/link.csv").symlink_to("/etc/hostname")
if "nothing" not in rows:
    (ROOT / "processing/output/train/train.csv").write_text("\n".join(rows))
