"""Tries to get out of the container, and writes what it could reach. Reads .../input/in, writes .../output/report."""

import json
import socket
from pathlib import Path

ROOT = Path("/opt/ml/processing")
TARGETS = {"internet": ("1.1.1.1", 443), "s3": ("s3.eu-central-1.amazonaws.com", 443), "metadata": ("169.254.169.254", 80)}


def reaches(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def main() -> None:
    report = {
        "read": sorted(file.read_text() for file in (ROOT / "input/in").iterdir()),
        "reached": [name for name, (host, port) in TARGETS.items() if reaches(host, port)],
    }
    target = ROOT / "output/report"
    target.mkdir(parents=True, exist_ok=True)
    (target / "report.json").write_text(json.dumps(report))


if __name__ == "__main__":
    main()
