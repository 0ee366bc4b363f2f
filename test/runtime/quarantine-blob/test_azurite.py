"""The same job against Azurite, Microsoft's emulator of Azure Storage, over HTTPS and signed in: what a request looks like is not ours to say.

Runs where `node .ci/azurite.mjs` has installed it or AZURITE names its folder, and openssl is there. Azurite keeps no versions, so that is left to
`storage_stub`; what a store without them does when a blob changes meanwhile is asked here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "lib" / "runtime" / "quarantine-blob"), str(Path(__file__).resolve().parent)]

from quarantine_blob import blobs, hold, job, requests
from quarantine_blob.blobs import Container
from quarantine_blob.messages import Queue
from quarantine_blob.settings import Place
from storage_stub import sha256

AZURITE = Path(os.environ.get("AZURITE", ROOT / "node_modules" / ".cache" / "azurite" / "node_modules" / "azurite")) / "dist" / "src" / "azurite.js"
pytestmark = pytest.mark.skipif(not AZURITE.exists() or not shutil.which("openssl") or not shutil.which("node"), reason="Azurite is not installed (node .ci/azurite.mjs, or AZURITE), or there is no openssl")
BAD, FINE = b"X5O!P%@AP-EICAR" * 100_000, b"a,b\n1,2\n"


def part(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class Tokens(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        now = int(time.time())
        claims = {"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/t/", "iat": now, "nbf": now, "exp": now + 3600, "oid": "o", "tid": "t", "ver": "1.0"}
        body = json.dumps({"access_token": f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}.c2ln", "expires_on": str(now + 3600)}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def azurite(tmp_path_factory):
    """Endpoints of blobs and queues, and what a client has to be told; it starts once, and each test has containers of its own."""
    folder = tmp_path_factory.mktemp("azurite")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    process = subprocess.Popen(
        ["node", str(AZURITE), "--inMemoryPersistence", "--silent", "--disableTelemetry", "--oauth", "basic", "--cert", str(certificate), "--key", str(key), "--blobPort", "0", "--queuePort", "0", "--tablePort", "0"],
        stdout=subprocess.PIPE, text=True)
    ports: dict[str, str] = {}
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "successfully listen" in line.lower():
                ports[line.split()[1].lower()] = line.strip().rsplit(":", 1)[1]
            if {"blob", "queue"} <= ports.keys():
                break
        tokens = HTTPServer(("127.0.0.1", 0), Tokens)
        threading.Thread(target=tokens.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield *(f"https://127.0.0.1:{ports[name]}/devstoreaccount1" for name in ("blob", "queue")), {"SSL_CERT_FILE": str(certificate), "MSI_ENDPOINT": f"http://127.0.0.1:{tokens.server_port}/token"}
        tokens.shutdown()
        tokens.server_close()
    finally:
        process.kill()
        process.wait()


class Scene:
    def __init__(self, azurite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, test: str) -> None:
        blob, queue, variables = azurite
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        own = hashlib.sha256(test.encode()).hexdigest()[:8]
        self.capsys, self.client = capsys, requests.Client(requests.SignIn("job", os.environ))
        self.lake, self.held, self.dead = (Container(self.client, Place(blob, f"{name}-{own}", versioned=name == "lake")) for name in ("lake", "held", "dead"))
        for container in (self.lake, self.held, self.dead):
            self.client.send("PUT", f"{container.url('')[:-1]}?restype=container", body=b"").close()
        names = {name: f"{name}-{own}" for name in ("results", "poison")}
        for name in names.values():
            self.client.send("PUT", f"{queue}/{name}", body=b"").close()
        self.results, self.poison = (Queue(self.client, queue, name) for name in names.values())
        place = lambda container, **more: {"endpoint": blob, "container": container.place.container, **more}
        monkeypatch.setenv("QUARANTINE_SETTINGS", json.dumps({
            "stores": [place(self.lake, versioned=True)], "quarantine": place(self.held), "deadLetters": place(self.dead),
            "queue": {"endpoint": queue, "name": names["results"], "poison": names["poison"]}, "clientId": "job",
        }))
        monkeypatch.setattr(blobs, "BLOCK", 256 * 1024)
        # Azurite's parser of queries knows no blank in a name, which the service does
        monkeypatch.setattr(job, "TAG", "scan_result")

    def put(self, name: str, content: bytes) -> str:
        """The ETag of what was written."""
        self.lake.write(name, iter([content]))
        [etag] = [version.etag for version in self.lake.versions(name)]
        return etag

    def send(self, name: str, etag: str, content: bytes = BAD) -> None:
        event = {"id": "e-1", "eventType": "Microsoft.Security.MalwareScanningResult", "data": {
            "blobUri": self.lake.url(name), "eTag": etag, "scanResultType": "Malicious", "scanResultDetails": {"sha256": sha256(content)}}}
        self.results.put(base64.b64encode(json.dumps(event).encode()).decode())

    def run(self) -> tuple[int, dict]:
        status = job.main([])
        return status, json.loads(self.capsys.readouterr().out.splitlines()[-1])["counts"]

    def outcome(self) -> str:
        return json.loads(self.held.read("findings/e-1.json") or b"")["outcome"]

    def copies(self) -> list[str]:
        return [sha256(b"".join(self.held.chunks(version))) for version in self.held.list("objects/")]


@pytest.fixture
def scene(azurite, monkeypatch, capsys, request):
    return Scene(azurite, monkeypatch, capsys, request.node.name)


def test_a_malicious_blob_is_held_back(scene):
    etag = scene.put("in/a file.csv", BAD)
    scene.put("in/b.csv", FINE)
    scene.send("in/a file.csv", etag)
    scene.results.put("<no> JSON & no base64")
    scene.client.send("PUT", scene.lake.url("in/marked.csv"), {"x-ms-blob-type": "BlockBlob", "x-ms-tags": "scan_result=Malicious"}, BAD).close()
    assert scene.run() == (1, {"held back": 2, "not ours": 1, "put aside": 1})
    assert [version.name for version in scene.lake.list()] == ["in/b.csv"]
    assert scene.copies() == [sha256(BAD)] * 2
    assert scene.outcome() == "held back"
    assert [message.text for message in scene.poison.take()] == ["<no> JSON & no base64"]
    assert list(scene.results.take()) == []


def test_a_blob_that_was_touched_since_is_known_by_its_content_and_its_snapshots_go_too(scene):
    etag = scene.put("a.csv", BAD)
    scene.client.send("PUT", scene.lake.url("a.csv", comp="metadata"), {"x-ms-meta-read": "yes"}, b"").close()
    scene.client.send("PUT", scene.lake.url("a.csv", comp="snapshot"), {}, b"").close()
    [touched] = scene.lake.versions("a.csv")
    assert touched.etag != etag
    scene.send("a.csv", etag)
    assert scene.run() == (0, {"held back": 1})
    assert list(scene.lake.list(include="snapshots")) == []
    assert scene.copies() == [sha256(BAD)]


def test_what_was_overwritten_is_gone_and_nothing_else_is_touched(scene):
    etag = scene.put("a.csv", BAD)
    assert scene.put("a.csv", FINE) != etag
    scene.send("a.csv", etag)
    assert scene.run() == (0, {"gone": 1})
    assert scene.lake.read("a.csv") == FINE
    assert scene.outcome() == "gone"


def test_what_is_written_between_the_copy_and_the_end_stays(scene, monkeypatch):
    scene.send("a.csv", scene.put("a.csv", BAD))
    cut = hold._cut

    def late(store: Container, version: blobs.Version) -> None:
        store.write(version.name, iter([FINE]))
        cut(store, version)

    monkeypatch.setattr(hold, "_cut", late)
    assert scene.run() == (1, {"failed": 1})
    assert scene.lake.read("a.csv") == FINE
    assert (scene.copies(), scene.outcome()) == ([sha256(BAD)], "copied")


def test_azurite_keeps_no_versions_and_when_it_does_they_belong_here(scene):
    scene.put("a.csv", BAD), scene.put("a.csv", FINE)
    assert [(version.version_id, version.is_current) for version in scene.lake.versions("a.csv")] == [(None, True)]
