"""What became of each resource of each stack."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any

from .probes import exists


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
    region: str
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

    def to_json(self, probe: bool = True) -> dict[str, Any]:
        """
        The table by type, and each resource.

        :param probe: ask moto whether each resource exists now; not possible once the server is down
        """
        with self._lock:
            entries, failures = list(self.entries), list(self.failures)
        counts: dict[str, Counter[str]] = {}
        for entry in entries:
            counts.setdefault(entry.type, Counter())[entry.outcome] += 1
        return {
            "types": {name: dict(counts[name]) for name in sorted(counts)},
            "resources": [
                {**asdict(entry), **({"exists": exists(entry.type, entry.physical_id, entry.region)} if probe else {})} for entry in entries
            ],
            "failures": failures,
        }


report = Report()
