"""Memory is bounded by the heap that the job is given, and not by what it reads."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import KEEP, ONE_COMPILER, RUNTIME, plan, text

HEAP_MIB, FILES, ROWS = 160, 20, 8_000
# what a JVM has beside its heap: classes, compiled code, stacks, buffers of the network
BESIDE_MIB = 340


def resident_mib(pid: int) -> int:
    """The most that the JVM below a process has had, or 0."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            is_ours = fields["Name"] == "java" and os.getpgid(int(status.parent.name)) == pid
        except OSError:
            continue
        if is_ours:
            # one that has ended has none
            return int(fields.get("VmHWM", "0").split()[0]) // 1024
    return 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of the JVM is read from /proc, which Linux has")
def test_a_table_several_times_as_large_as_the_heap_is_released_within_it(tmp_path):
    draw = random.Random(7)
    source = tmp_path / "in"
    source.mkdir()
    note = "blood pressure and the like " * 110
    rows = "".join(f"MRN-{index},{20 + index % 50},{draw.randbytes(150).hex()},{note}\n" for index in range(ROWS))
    (source / "part-00.csv").write_text("id,age,trace,note\n" + rows)
    for index in range(1, FILES):
        (source / f"part-{index:02d}.csv").hardlink_to(source / "part-00.csv")
    size = sum(file.stat().st_size for file in source.iterdir()) >> 20
    made = plan(
        [("id", "pseudonym", {"domain": "id", "digits": 32}), ("age", "band", {"width": 10}), ("trace", "keep", KEEP), ("note", "suppress", {})],
        subject="id", quasiIdentifiers=["age"], thresholds={"k": 5}, limits={"maxValueBytes": 5_000, "maxQuarantinedShare": 0}, output={"format": "csv", "bytesPerFile": 200_000_000},
    )
    (tmp_path / "plan.json").write_text(text(made))
    (tmp_path / "key").write_bytes(bytes(range(32)))
    # Spark keeps 300 MB of a heap for itself unless it is told otherwise
    (tmp_path / "spark-defaults.conf").write_text(f"spark.testing.reservedMemory {32 << 20}\n{ONE_COMPILER}")
    command = [sys.executable, str(RUNTIME / "main.py"), "--data", str(source), "--plan", str(tmp_path / "plan.json"), "--key", str(tmp_path / "key"), "--driver-memory", f"{HEAP_MIB}m"]
    for name in ("output", "report", "quarantine"):
        command += [f"--{name}", str(tmp_path / name)]
    environment = {**os.environ, "SPARK_CONF_DIR": str(tmp_path), "SPARK_LOCAL_DIRS": str(tmp_path / "spark"), "ML_ROOT": str(tmp_path / "ml")}
    log = tmp_path / "log"
    with log.open("w") as file, subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment, start_new_session=True) as process:
        most = 0
        while process.poll() is None:
            most = max(most, resident_mib(process.pid))
            time.sleep(0.2)
    told = log.read_text()
    assert process.returncode == 0, told
    assert f"released={FILES * ROWS}" in told
    assert size > 3 * HEAP_MIB
    assert 0 < most < HEAP_MIB + BESIDE_MIB < size
