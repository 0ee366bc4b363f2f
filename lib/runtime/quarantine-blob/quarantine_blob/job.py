"""One run: the queue, what Event Grid gave up on, what Defender marked. Prints a line for each finding, by its id alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from .blobs import Container
from .hold import Finding, NotOurs, finding_of, hold_back
from .messages import Queue
from .requests import Client, Refused, SignIn
from .settings import Settings, settings_from

TAG, MALICIOUS = "Malware Scanning scan result", "Malicious"
# as often as a message is tried before somebody has to look at it
TRIES = 5


class Run:
    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings = settings
        self._stores = [Container(client, place) for place in settings.stores]
        self._quarantine = Container(client, settings.quarantine)
        self._dead_letters = Container(client, settings.dead_letters)
        self._queue = Queue(client, settings.queue_endpoint, settings.queue)
        self._poison = Queue(client, settings.queue_endpoint, settings.poison)
        self.counts: Counter[str] = Counter()

    def go(self) -> Counter[str]:
        self._take_queue()
        self._take_dead_letters()
        self._reconcile()
        return self.counts

    def _take_queue(self) -> None:
        for message in self._queue.take():
            try:
                event = _event_in(message.text)
            except ValueError:
                event = {}
            if self._handle(event) or message.taken >= TRIES:
                if self._outcome in ("failed", "not ours"):
                    self._poison.put(message.text)
                    self.counts["put aside"] += 1
                self._queue.remove(message)

    def _take_dead_letters(self) -> None:
        for blob in list(self._dead_letters.list()):
            content = self._dead_letters.read(blob.name)
            try:
                events = json.loads(content or b"[]")
            except ValueError:
                events = None
            dealt_with = [self._handle(event) and self._outcome != "not ours" for event in events] if isinstance(events, list) else [False]
            # it stays until all of it is dealt with: the container is what somebody looks into
            if all(dealt_with):
                self._dead_letters.delete(blob.name, blob.etag)

    def _reconcile(self) -> None:
        """Blobs that Defender marked and no event came for. A data lake has no marks: there it is events alone."""
        for store in self._stores:
            if not store.place.versioned:
                continue
            try:
                marked = list(store.marked(TAG, MALICIOUS))
            except (OSError, Refused) as error:
                self._note("failed", "", f"marks could not be read: {error}")
                continue
            for name in marked:
                current = [version for version in store.versions(name) if version.is_current]
                if not current:
                    continue
                uri, etag = store.url(name), current[0].etag
                identity = hashlib.sha256(f"{uri}|{etag}".encode()).hexdigest()
                self._hold(Finding(identity, uri, etag, None, {"scanResultType": MALICIOUS, "foundBy": "index tag"}))

    def _handle(self, event: object) -> bool:
        """Whether an event is dealt with, or never will be."""
        try:
            finding = finding_of(event if isinstance(event, Mapping) else {})
        except NotOurs as reason:
            self._note("not ours", str(event.get("id", "")) if isinstance(event, Mapping) else "", str(reason))
            return True
        return self._hold(finding)

    def _hold(self, finding: Finding) -> bool:
        try:
            self._note(hold_back(finding, self._stores, self._quarantine), finding.id)
            return True
        except NotOurs as reason:
            self._note("not ours", finding.id, str(reason))
            return True
        except (OSError, Refused, ValueError) as error:
            self._note("failed", finding.id, str(error))
            return False

    def _note(self, outcome: str, finding_id: str, reason: str = "") -> None:
        self._outcome = outcome
        self.counts[outcome] += 1
        print(json.dumps({"finding": finding_id, "outcome": outcome, **({"reason": reason} if reason else {})}), flush=True)


def main(arguments: Sequence[str]) -> int:
    try:
        settings = settings_from(os.environ)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    counts = Run(settings, Client(SignIn(settings.client_id, os.environ))).go()
    print(json.dumps({"counts": counts}), flush=True)
    folder = dict(zip(arguments[::2], arguments[1::2])).get("--report")
    if folder:
        Path(folder, "counts.json").write_text(json.dumps(counts, indent=2))
    # put aside is for people: until they have looked, each run says so once
    return 1 if counts["failed"] or counts["put aside"] else 0


def _event_in(text: str) -> object:
    """Event Grid writes messages as Base64."""
    try:
        return json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, UnicodeDecodeError):
        return json.loads(text)
