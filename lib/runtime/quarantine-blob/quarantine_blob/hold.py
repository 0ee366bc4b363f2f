"""Holds a blob back: copies it to the quarantine store, deletes it where it lies, writes down what was done.

Each step is safe to repeat, and events come more than once, late, or not at all. A record is written before anything is
deleted, so that a run that is interrupted in between is finished by the next one and not taken for a blob that was gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from .blobs import Container, Version

COPIED, HELD_BACK, GONE = "copied", "held back", "gone"


@dataclass(frozen=True)
class Finding:
    """What Defender said of a blob; `etag` and `sha256` say of which content."""

    id: str
    uri: str
    etag: str | None
    sha256: str | None
    said: Mapping[str, object]


@dataclass(frozen=True)
class Held:
    """A version that lies in the quarantine store."""

    location: str
    version_id: str | None
    etag: str
    bytes: int
    sha256: str


class NotOurs(Exception):
    """An event about something that this job does not look after."""


def finding_of(event: Mapping[str, object]) -> Finding:
    """Reads an event of Event Grid: https://learn.microsoft.com/azure/defender-for-cloud/defender-for-storage-configure-malware-scan"""
    data = event.get("data")
    if event.get("eventType") != "Microsoft.Security.MalwareScanningResult" or not isinstance(data, Mapping):
        raise NotOurs("no result of a malware scan")
    if str(data.get("scanResultType", "")).lower() != "malicious":
        raise NotOurs("a result that calls nothing malicious")
    uri, identity = data.get("blobUri"), event.get("id")
    if not isinstance(uri, str) or not isinstance(identity, str):
        raise NotOurs("a result without blobUri or id")
    details = data.get("scanResultDetails")
    sha256 = details.get("sha256") if isinstance(details, Mapping) else None
    etag = data.get("eTag")
    return Finding(
        id=identity, uri=uri, etag=str(etag).strip('"') if etag else None, sha256=str(sha256).lower() if sha256 else None,
        said={key: data.get(key) for key in ("scanResultType", "scanFinishedTimeUtc", "correlationId", "scanResultDetails")},
    )


def hold_back(finding: Finding, stores: Sequence[Container], quarantine: Container) -> str:
    """The outcome: held back, or gone. A second time for the same finding looks again whether anything is left, and adds nothing."""
    store, name = _where(finding, stores)
    record = _read(quarantine, finding)
    before = [Held(**held) for held in (record or {}).get("versions", [])]
    versions = _same_content(finding, store, name, before)
    held = [*before]
    for version in versions:
        copy = _copy(finding, store, version, quarantine)
        held = [other for other in held if other.location != copy.location] + [copy]
    if versions:
        _write(quarantine, finding, name, store, COPIED, held)
    for version in versions:
        _cut(store, version)
    left = _same_content(finding, store, name, held) if versions else []
    if left:
        raise OSError(f"{len(left)} version(s) are there again after they were deleted")
    outcome = HELD_BACK if held else GONE
    if versions or record is None or record.get("outcome") != outcome:
        _write(quarantine, finding, name, store, outcome, held)
    return outcome


def record_name(finding_id: str) -> str:
    """Where the record of a finding lies; an id may hold what no name may."""
    plain = finding_id if finding_id.replace("-", "").isalnum() and finding_id.isascii() else hashlib.sha256(finding_id.encode()).hexdigest()
    return f"findings/{plain}.json"


def _where(finding: Finding, stores: Sequence[Container]) -> tuple[Container, str]:
    for store in stores:
        name = store.name_of(finding.uri)
        if name:
            return store, name
    raise NotOurs("a blob outside of the stores")


def _same_content(finding: Finding, store: Container, name: str, held: Sequence[Held]) -> list[Version]:
    """The versions that hold what was found, by what the scan saw of it or, where it was touched since, by what it is."""
    versions = store.versions(name)
    etags = {finding.etag, *(one.etag for one in held)}
    seen = [version for version in versions if version.etag in etags]
    hashes = {finding.sha256, *(one.sha256 for one in held)} - {None}
    sizes = {version.size for version in seen} | {one.bytes for one in held}
    alike = [
        version for version in versions
        if version not in seen and hashes and (not sizes or version.size in sizes) and store.sha256_of(version) in hashes
    ]
    return [*seen, *alike]


def _copy(finding: Finding, store: Container, version: Version, quarantine: Container) -> Held:
    place = store.place
    identity = json.dumps([place.endpoint, place.container, version.name, version.version_id or version.etag])
    name = f"objects/{hashlib.sha256(identity.encode()).hexdigest()}"
    copied = quarantine.write(name, store.chunks(version), {"finding": hashlib.sha256(finding.id.encode()).hexdigest()})
    if finding.sha256 and version.etag == finding.etag and copied.sha256 != finding.sha256:
        raise OSError("the copy is not what was scanned")
    return Held(quarantine.url(name), version.version_id, version.etag, copied.size, copied.sha256)


def _cut(store: Container, version: Version) -> None:
    # of a store with versions, what a name holds becomes a version among others, which can be read
    if version.is_current:
        store.delete(version.name, version.etag)
    if version.version_id:
        store.delete(version.name, version_id=version.version_id)


def _read(quarantine: Container, finding: Finding) -> dict | None:
    content = quarantine.read(record_name(finding.id))
    return None if content is None else json.loads(content)


def _write(quarantine: Container, finding: Finding, name: str, store: Container, outcome: str, held: Sequence[Held]) -> None:
    record = {
        "finding": {"id": finding.id, "etag": finding.etag, "sha256": finding.sha256, **finding.said},
        "blob": {"account": store.place.endpoint, "container": store.place.container, "name": name},
        "outcome": outcome, "at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "versions": [asdict(one) for one in held],
    }
    quarantine.write(record_name(finding.id), iter([json.dumps(record, indent=2).encode()]))
