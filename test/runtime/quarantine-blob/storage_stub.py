"""Blobs with versions, index tags and soft delete, and queues: what Azurite has not, as the REST interface of Azure Storage describes it."""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Version:
    content: bytes
    etag: str
    id: str | None
    deleted: bool = False


@dataclass
class Blob:
    versions: list[Version] = field(default_factory=list)
    current: Version | None = None
    tags: dict[str, str] = field(default_factory=dict)


class Storage:
    """The state of all accounts; a container is named by its path, such as `/raw/data`."""

    def __init__(self) -> None:
        self.containers: dict[str, dict[str, Blob]] = {}
        self.versioned: set[str] = set()
        self.queues: dict[str, list[dict]] = {}
        self.blocks: dict[tuple[str, str], dict[str, bytes]] = {}
        self.requests: list[str] = []
        # method and beginning of a path that are answered with a status, so many times
        self.failing: list[list] = []
        self._count = itertools.count(1)

    def put(self, container: str, name: str, content: bytes) -> Version:
        blob = self.containers.setdefault(container, {}).setdefault(name, Blob())
        number = next(self._count)
        version = Version(content, f"0x{number:08X}", f"2026-11-27T00:00:{number:02d}.0000000Z" if container in self.versioned else None)
        if container not in self.versioned:
            blob.versions.clear()
        blob.versions.append(version)
        blob.current = version
        return version

    def readable(self, container: str, name: str) -> list[bytes]:
        """All that somebody with a role to read can read, by name or by version."""
        blob = self.containers.get(container, {}).get(name)
        return [version.content for version in blob.versions if not version.deleted] if blob else []

    def send(self, queue: str, text: str) -> None:
        self.queues.setdefault(queue, []).append({"id": str(next(self._count)), "text": text, "taken": 0, "hidden": False})

    def show_all(self) -> None:
        """Time goes by: what was taken and not removed is seen again."""
        for message in itertools.chain(*self.queues.values()):
            message["hidden"] = False


class Handler(BaseHTTPRequestHandler):
    storage: Storage

    def log_message(self, *_: object) -> None:
        pass

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        path = urllib.parse.unquote(url.path)
        if path == "/token":
            ok = self.headers["secret"] == "s" and query["clientid"] == "job" and query["resource"] == "https://storage.azure.com/"
            return self._answer(200 if ok else 400, json.dumps({"access_token": "t", "expires_on": "9999999999"}).encode())
        self.storage.requests.append(f"{self.command} {path}")
        if self.headers.get("Authorization") != "Bearer t" or not self.headers.get("x-ms-version"):
            return self._answer(401)
        for failing in self.storage.failing:
            if failing[3] > 0 and self.command == failing[0] and path.startswith(failing[1]):
                failing[3] -= 1
                return self._answer(failing[2])
        parts = path.strip("/").split("/")
        if parts[0] == "queue":
            return self._queue(parts, query, body)
        container, name = f"/{parts[0]}/{parts[1]}", "/".join(parts[2:])
        if query.get("comp") == "list":
            return self._list(container, query)
        if query.get("comp") == "blobs":
            return self._marked(container, query)
        return self._blob(container, name, query, body)

    do_GET = do_PUT = do_DELETE = do_POST = _serve

    def _blob(self, container: str, name: str, query: dict, body: bytes) -> None:
        storage = self.storage
        if self.command == "PUT" and query.get("comp") == "block":
            storage.blocks.setdefault((container, name), {})[query["blockid"]] = body
            return self._answer(201)
        if self.command == "PUT":
            staged = storage.blocks.pop((container, name), {})
            ids = [part.split("</Latest>")[0] for part in body.decode().split("<Latest>")[1:]]
            storage.put(container, name, b"".join(staged[one] for one in ids))
            return self._answer(201)
        blob = storage.containers.get(container, {}).get(name)
        asked = query.get("versionid")
        version = next((one for one in blob.versions if one.id == asked and not one.deleted), None) if blob and asked else blob.current if blob else None
        if version is None:
            return self._answer(404)
        if self.headers.get("If-Match") not in (None, f'"{version.etag}"'):
            return self._answer(412)
        if self.command == "GET":
            return self._answer(200, version.content, {"ETag": f'"{version.etag}"'})
        if asked:
            if version is blob.current:
                return self._answer(403)
            version.deleted = True
        else:
            # of a container with versions it becomes one among others, which can be read
            version.deleted = container not in storage.versioned
            blob.current = None
        return self._answer(202)

    def _list(self, container: str, query: dict) -> None:
        found = []
        for name, blob in sorted(self.storage.containers.get(container, {}).items()):
            shown = [one for one in blob.versions if not one.deleted] if "versions" in query.get("include", "") else [blob.current] if blob.current else []
            if name.startswith(query.get("prefix", "")):
                found += [(name, one, one is blob.current) for one in shown]
        # a page holds one, so that every list is read to its end
        at = int(query.get("marker") or 0)
        page = "".join(
            f"<Blob><Name>{name}</Name>{f'<VersionId>{one.id}</VersionId>' if one.id else ''}{'<IsCurrentVersion>true</IsCurrentVersion>' if current and one.id else ''}"
            f"<Properties><Etag>{one.etag}</Etag><Content-Length>{len(one.content)}</Content-Length></Properties></Blob>" for name, one, current in found[at:at + 1])
        more = at + 1 if at + 1 < len(found) else ""
        self._answer(200, f"<EnumerationResults><Blobs>{page}</Blobs><NextMarker>{more}</NextMarker></EnumerationResults>".encode())

    def _marked(self, container: str, query: dict) -> None:
        key, value = (part.strip("\"'") for part in query["where"].split("="))
        names = [name for name, blob in self.storage.containers.get(container, {}).items() if blob.current and blob.tags.get(key) == value]
        found = "".join(f"<Blob><Name>{name}</Name></Blob>" for name in names)
        self._answer(200, f"<EnumerationResults><Blobs>{found}</Blobs><NextMarker /></EnumerationResults>".encode())

    def _queue(self, parts: list[str], query: dict, body: bytes) -> None:
        messages = self.storage.queues.setdefault(parts[1], [])
        if self.command == "GET":
            taken = [message for message in messages if not message["hidden"]][:2]
            for message in taken:
                message.update(hidden=True, taken=message["taken"] + 1)
            found = "".join(
                f"<QueueMessage><MessageId>{one['id']}</MessageId><PopReceipt>r{one['taken']}</PopReceipt><DequeueCount>{one['taken']}</DequeueCount>"
                f"<MessageText>{one['text']}</MessageText></QueueMessage>" for one in taken)
            return self._answer(200, f"<QueueMessagesList>{found}</QueueMessagesList>".encode())
        if self.command == "DELETE":
            found = [one for one in messages if one["id"] == parts[3] and query["popreceipt"] == f"r{one['taken']}"]
            for one in found:
                messages.remove(one)
            return self._answer(204 if found else 404)
        self.storage.send(parts[1], body.decode().split("<MessageText>")[1].split("</MessageText>")[0])
        return self._answer(201)

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)


def serve(storage: Storage) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"storage": storage}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
