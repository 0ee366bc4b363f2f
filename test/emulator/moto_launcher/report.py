"""What became of each resource of each stack."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any


class Outcome(StrEnum):
    CREATED = "created"
    """moto's own handler made it."""
    EMULATED = "emulated"
    """A handler of ours put it into moto's backend, or answered for a Lambda that cannot run."""
    SKIPPED = "skipped"
    """Nothing exists: references get a placeholder."""


@dataclass
class Entry:
    stack: str
    logical_id: str
    type: str
    outcome: Outcome
    physical_id: str
    retained: bool
    note: str = ""


@dataclass
class Report:
    entries: list[Entry] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, entry: Entry) -> None:
        with self._lock:
            self.entries.append(entry)

    def fail(self, message: str) -> None:
        with self._lock:
            self.failures.append(message)

    def clear(self) -> None:
        with self._lock:
            self.entries.clear()
            self.failures.clear()

    def to_json(self) -> dict[str, Any]:
        with self._lock:
            counts: dict[str, Counter[str]] = {}
            for entry in self.entries:
                counts.setdefault(entry.type, Counter())[entry.outcome] += 1
            return {
                "types": {name: dict(counts[name]) for name in sorted(counts)},
                "resources": [asdict(entry) for entry in self.entries],
                "failures": list(self.failures),
            }


report = Report()
