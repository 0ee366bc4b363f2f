"""Runs a step in a job of Azure ML, which hands over folders as arguments where SageMaker mounts them.

    python azure_job.py <step> <place>=<folder> ... [-- <arguments of the step>]

<place> is a path below ML_ROOT, such as `processing/input/raw`. One that ends in `.tar.gz` is an archive of the folder.
What the step prints as `<group>:<metric>=<value>` is a metric of the run as well, `<group>_<metric>`, where MLflow
tracks one.
Errors  the exit code of the step; 2 for a wrong call.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

METRIC = re.compile(r"^([a-z]+):([a-z_]+)=(-?\d+(?:\.\d+)?)$")
STEPS = Path(__file__).resolve().parent


def lay(root: Path, place: str, folder: Path) -> None:
    """Makes a folder appear where the step looks for it."""
    target = root / place
    if Path(place).is_absolute() or ".." in Path(place).parts:
        sys.exit(f"azure_job: {place!r} is no path below ML_ROOT; give one such as 'processing/input/raw'")
    target.parent.mkdir(parents=True, exist_ok=True)
    if place.endswith(".tar.gz"):
        with tarfile.open(target, "w:gz") as archive:
            for file in sorted(folder.rglob("*")):
                archive.add(file, file.relative_to(folder).as_posix(), recursive=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    target.symlink_to(folder.resolve(), target_is_directory=True)


def note(line: str) -> None:
    """Tracks a metric that a step prints."""
    found = METRIC.match(line.strip())
    if found and os.environ.get("MLFLOW_TRACKING_URI"):
        import mlflow  # the images of Azure ML have it

        mlflow.log_metric(f"{found[1]}_{found[2]}", float(found[3]))


def main(arguments: list[str]) -> int:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    own, passed = arguments[:end], arguments[end + 1 :]
    if not own or not (STEPS / own[0] / "main.py").is_file():
        known = ", ".join(sorted(path.parent.name for path in STEPS.glob("*/main.py")))
        print(f"azure_job: {own[0] if own else 'nothing'!r} is no step; name one of {known}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for pair in own[1:]:
            place, equals, folder = pair.partition("=")
            if not equals or not folder:
                print(f"azure_job: {pair!r} is no <place>=<folder>", file=sys.stderr)
                return 2
            lay(root, place, Path(folder))
        environment = {**os.environ, "ML_ROOT": str(root)}
        program = [sys.executable, str(STEPS / own[0] / "main.py"), *passed]
        # a program of this folder, whose name was looked up above
        with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True) as step:  # noqa: S603
            for line in step.stdout or ():
                print(line, end="", flush=True)
                note(line)
        return step.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
