"""The same job against Azurite, Microsoft's emulator of Azure Storage, over HTTPS and signed in: what a request looks like is not ours to say.

Runs where Azurite is installed beside the package or AZURITE names its folder (`npm install azurite`), and openssl is there. Azurite keeps no versions, so that
is left to `storage_stub`.
"""

from __future__ import annotations

import base64
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

from quarantine_blob import blobs, job, requests
from quarantine_blob.blobs import Container
from quarantine_blob.messages import Queue
from quarantine_blob.settings import Place
from storage_stub import sha256

AZURITE = Path(os.environ.get("AZURITE", ROOT / "node_modules" / "azurite")) / "dist" / "src" / "azurite.js"
pytestmark = pytest.mark.skipif(not AZURITE.exists() or not shutil.which("openssl") or not shutil.which("node"), reason="Azurite is not installed (AZURITE, or node_modules/azurite), or there is no openssl")
BAD = b"X5O!P%@AP-EICAR" * 100_000


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


@pytest.fixture
def azurite(tmp_path, monkeypatch):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    process = subprocess.Popen(
        ["node", str(AZURITE), "--inMemoryPersistence", "--silent", "--disableTelemetry", "--oauth", "basic", "--cert", str(certificate), "--key", str(key), "--blobPort", "0", "--queuePort", "0", "--tablePort", "0"],
        stdout=subprocess.PIPE, text=True)
    ports: dict[str, str] = {}
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "successfully listen" in line.lower() or "successfully listening" in line.lower():
                ports[line.split()[1].lower()] = line.strip().rsplit(":", 1)[1]
            if {"blob", "queue"} <= ports.keys():
                break
        tokens = HTTPServer(("127.0.0.1", 0), Tokens)
        threading.Thread(target=tokens.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        monkeypatch.setenv("MSI_ENDPOINT", f"http://127.0.0.1:{tokens.server_port}/token")
        monkeypatch.setattr(blobs, "BLOCK", 256 * 1024)
        yield f"https://127.0.0.1:{ports['blob']}/devstoreaccount1", f"https://127.0.0.1:{ports['queue']}/devstoreaccount1"
        tokens.shutdown()
        tokens.server_close()
    finally:
        process.kill()
        process.wait()


def test_a_malicious_blob_is_held_back(azurite, monkeypatch, capsys):
    blob, queue = azurite
    client = requests.Client(requests.SignIn("job", os.environ))
    lake, held, dead = (Container(client, Place(blob, name)) for name in ("lake", "held", "dead-letters"))
    for container in (lake, held, dead):
        client.send("PUT", f"{container.url('')[:-1]}?restype=container", body=b"").close()
    for name in ("results", "poison"):
        client.send("PUT", f"{queue}/{name}", body=b"").close()
    lake.write("in/a file.csv", iter([BAD]))
    lake.write("in/b.csv", iter([b"fine"]))
    [etag] = [version.etag for version in lake.list() if version.name == "in/a file.csv"]
    event = {"id": "e-1", "eventType": "Microsoft.Security.MalwareScanningResult", "data": {
        "blobUri": lake.url("in/a file.csv"), "eTag": etag, "scanResultType": "Malicious", "scanResultDetails": {"sha256": sha256(BAD)}}}
    Queue(client, queue, "results").put(base64.b64encode(json.dumps(event).encode()).decode())
    Queue(client, queue, "results").put("<no> JSON & no base64")
    client.send("PUT", lake.url("in/marked.csv"), {"x-ms-blob-type": "BlockBlob", "x-ms-tags": "scan_result=Malicious"}, BAD).close()
    # Azurite's parser of queries knows no blank in a name, which the service does
    monkeypatch.setattr(job, "TAG", "scan_result")
    monkeypatch.setenv("QUARANTINE_SETTINGS", json.dumps({
        "stores": [{"endpoint": blob, "container": "lake", "versioned": True}], "quarantine": {"endpoint": blob, "container": "held"},
        "deadLetters": {"endpoint": blob, "container": "dead-letters"}, "queue": {"endpoint": queue, "name": "results", "poison": "poison"}, "clientId": "job",
    }))
    assert job.main([]) == 1
    counts = json.loads(capsys.readouterr().out.splitlines()[-1])["counts"]
    assert counts == {"held back": 2, "not ours": 1, "put aside": 1}
    assert [version.name for version in lake.list()] == ["in/b.csv"]
    assert sorted(sha256(b"".join(held.chunks(version))) for version in held.list("objects/")) == [sha256(BAD)] * 2
    assert json.loads(held.read("findings/e-1.json") or b"")["outcome"] == "held back"
    assert [message.text for message in Queue(client, queue, "poison").take()] == ["<no> JSON & no base64"]
    assert list(Queue(client, queue, "results").take()) == []
