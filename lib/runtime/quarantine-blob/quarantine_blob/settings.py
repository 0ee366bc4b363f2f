"""What a job is told, in the environment variable QUARANTINE_SETTINGS.

    {"stores":      [{"endpoint": "https://<account>.blob.core.windows.net", "container": "data", "versioned": true}],
     "quarantine":  {"endpoint": "https://<account>.blob.core.windows.net", "container": "data"},
     "queue":       {"endpoint": "https://<account>.queue.core.windows.net", "name": "scan-results", "poison": "scan-results-poison"},
     "deadLetters": {"endpoint": "https://<account>.blob.core.windows.net", "container": "dead-letters"},
     "clientId":    "<client id of the identity that the job acts as>"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A container: where it answers, and its name."""

    endpoint: str
    container: str
    versioned: bool = False


@dataclass(frozen=True)
class Settings:
    stores: tuple[Place, ...]
    quarantine: Place
    dead_letters: Place
    queue_endpoint: str
    queue: str
    poison: str
    client_id: str


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Reads the settings; fails with the name of what is missing."""
    if "QUARANTINE_SETTINGS" not in environment:
        raise ValueError("environment variable QUARANTINE_SETTINGS is not set: start the job from its pipeline")
    told = json.loads(environment["QUARANTINE_SETTINGS"])
    try:
        queue = told["queue"]
        return Settings(
            stores=tuple(_place(store) for store in told["stores"]),
            quarantine=_place(told["quarantine"]),
            dead_letters=_place(told["deadLetters"]),
            queue_endpoint=queue["endpoint"].rstrip("/"),
            queue=queue["name"],
            poison=queue["poison"],
            client_id=told["clientId"],
        )
    except KeyError as missing:
        raise ValueError(f"QUARANTINE_SETTINGS has no {missing}: start the job from its pipeline") from None


def _place(told: Mapping[str, object]) -> Place:
    return Place(str(told["endpoint"]).rstrip("/"), str(told["container"]), bool(told.get("versioned", False)))
