"""Kills a run of the job, with its JVM and without a warning, at a moment that is seen on its disk."""

from __future__ import annotations

import glob
import math
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MARKER = "report/_SUCCESS"


@dataclass(frozen=True)
class Moment:
    """A moment of a run: whether it is now, by what is on disk, and what may lie outside of staging then."""

    word: str
    name: str
    is_now: Callable[[Path], bool]
    leaves: tuple = ()
    # the file that the job is held at: a pipe that nobody reads stands in its place
    held_at: str | None = None
    # how long it lasts, in seconds at the least
    lasts: float = 0.002


def _any(place: Path, pattern: str) -> bool:
    return bool(glob.glob(f"{place}/{pattern}"))


def _is_treating(place: Path) -> bool:
    return _any(place, "quarantine/_staging/rows/_temporary/0/_temporary/attempt_*/part-*")


def _is_writing(place: Path) -> bool:
    # some files are complete, and more are being written
    return _any(place, "data/_staging/files/_temporary/0/task_*/part-*") and _any(place, "data/_staging/files/_temporary/0/_temporary/attempt_*/part-*")


def _is_placing(place: Path) -> bool:
    return _any(place, "data/part-*") and _any(place, "data/_staging/files/part-*")


def _is_unmarked(place: Path) -> bool:
    return (place / "report/manifest.json").exists() and not _any(place, "*/_staging") and not (place / MARKER).exists()


TREATING = Moment("treating", "Spark's tasks treat rows", _is_treating, lasts=0.1)
WRITING = Moment("writing", "Spark's tasks write the release", _is_writing)
PLACING = Moment("placing", "files are put in their places", _is_placing, ("data/part-",))
UNMARKED = Moment(
    "unmarked", "all is written but the marker", _is_unmarked, ("data/part-", "quarantine/part-", "report/report.json", "report/manifest.json"), f"{MARKER}.tmp",
    lasts=math.inf,
)
MOMENTS = (TREATING, WRITING, PLACING, UNMARKED)


def files_of(place: Path) -> dict:
    """All files that a run has made, by their path from the place of its folders."""
    return {str(file.relative_to(place)): file for folder in ("data", "report", "quarantine") for file in sorted((place / folder).rglob("*")) if file.is_file()}


def kill_at(moment: Moment, start: Callable[[], subprocess.Popen], place: Path, seconds: float) -> str:
    """Starts a run, kills it at the moment, and gives what it printed; fails where the moment was missed or something stands that a reader would take for a release."""
    if moment.held_at:
        (place / moment.held_at).parent.mkdir(parents=True, exist_ok=True)
        (place / moment.held_at).unlink(missing_ok=True)
        os.mkfifo(place / moment.held_at)
    process = start()
    deadline = time.monotonic() + seconds
    while not moment.is_now(place) and process.poll() is None and time.monotonic() < deadline:
        # each look reads folders: as seldom as does not miss it
        time.sleep(min(moment.lasts / 2, 0.05))
    has_ended = process.poll() is not None
    if not has_ended:
        os.killpg(process.pid, signal.SIGKILL)
    # the JVM has the same pipe: it is gone when nobody can write any more
    told = process.communicate()[0]
    if moment.held_at:
        (place / moment.held_at).unlink()
    if has_ended or not moment.is_now(place):
        raise AssertionError(f"the run was not killed while {moment.name}: {told}")
    standing = [path for path in files_of(place) if "/_staging/" not in path]
    if not all(path.startswith(moment.leaves) for path in standing):
        raise AssertionError(f"killed while {moment.name}, the run left {standing}")
    return told
