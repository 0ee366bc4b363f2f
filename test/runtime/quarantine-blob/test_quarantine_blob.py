"""The job that holds back malicious blobs, against a service on loopback that keeps versions as Azure Storage does."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import pytest

JOB = Path(__file__).resolve().parents[3] / "lib" / "runtime" / "quarantine-blob"
sys.path[:0] = [str(JOB), str(Path(__file__).resolve().parent)]

from quarantine_blob import blobs, job, requests
from quarantine_blob.hold import record_name
from storage_stub import Storage, serve, sha256

BAD, FINE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" * 50, b"a,b\n1,2\n"
FLAT, LAKE, HELD, DEAD = "/flat/data", "/lake/data", "/held/data", "/events/dead-letters"


class Scene:
    def __init__(self, server, storage: Storage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
        self.storage, self.capsys = storage, capsys
        self.url = f"http://127.0.0.1:{server.server_port}"
        place = lambda container, **more: {"endpoint": f"{self.url}/{container.split('/')[1]}", "container": container.split("/")[2], **more}
        monkeypatch.setenv("QUARANTINE_SETTINGS", json.dumps({
            "stores": [place(FLAT, versioned=True), place(LAKE)], "quarantine": place(HELD), "deadLetters": place(DEAD),
            "queue": {"endpoint": f"{self.url}/queue", "name": "results", "poison": "poison"}, "clientId": "job",
        }))
        monkeypatch.setenv("MSI_ENDPOINT", f"{self.url}/token")
        monkeypatch.setenv("MSI_SECRET", "s")

    def event(self, container: str, name: str, etag: str | None, identity: str = "e-1", content: bytes | None = BAD, **data: object) -> dict:
        details = {} if content is None else {"scanResultDetails": {"malwareNamesFound": ["DOS/EICAR"], "sha256": sha256(content).upper()}}
        return {"id": identity, "eventType": "Microsoft.Security.MalwareScanningResult", "subject": "s", "data": {
            "blobUri": f"{self.url}{container}/{name.replace(' ', '%20')}", "eTag": etag, "scanResultType": "Malicious", "scanFinishedTimeUtc": "2026-11-27T00:00:00Z", **details, **data,
        }}

    def send(self, event: object) -> None:
        self.storage.send("results", base64.b64encode(json.dumps(event).encode()).decode())

    def run(self, *arguments: str) -> tuple[int, dict]:
        self.storage.show_all()
        status = job.main(arguments)
        lines = [json.loads(line) for line in self.capsys.readouterr().out.splitlines()]
        return status, lines[-1]["counts"]

    def record(self, identity: str = "e-1") -> dict:
        [content] = self.storage.readable(HELD, record_name(identity))
        return json.loads(content)

    def held(self) -> list[bytes]:
        return [self.storage.readable(HELD, name)[0] for name in self.storage.containers.get(HELD, {}) if name.startswith("objects/")]


@pytest.fixture
def scene(monkeypatch, capsys):
    storage = Storage()
    storage.versioned.add(FLAT)
    server = serve(storage)
    monkeypatch.setattr(requests.time, "sleep", lambda _: None)
    monkeypatch.setattr(blobs, "BLOCK", 256)
    yield Scene(server, storage, monkeypatch, capsys)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("container", [FLAT, LAKE])
def test_a_malicious_blob_is_copied_deleted_and_written_down(scene, container):
    bad = scene.storage.put(container, "in/a file.csv", BAD)
    scene.storage.put(container, "in/other.csv", FINE)
    scene.send(scene.event(container, "in/a file.csv", bad.etag))
    assert scene.run() == (0, {"held back": 1})
    assert scene.storage.readable(container, "in/a file.csv") == []
    assert scene.storage.readable(container, "in/other.csv") == [FINE]
    assert scene.held() == [BAD]
    record = scene.record()
    assert record["outcome"] == "held back"
    assert record["blob"]["name"] == "in/a file.csv"
    assert record["finding"]["scanResultDetails"]["malwareNamesFound"] == ["DOS/EICAR"]
    assert [(one["bytes"], one["sha256"], one["version_id"]) for one in record["versions"]] == [(len(BAD), sha256(BAD), bad.id)]
    assert scene.storage.queues["results"] == []


def test_versions_of_the_same_content_go_too_and_others_stay(scene):
    put = lambda content: scene.storage.put(FLAT, "a.csv", content)
    put(BAD), put(FINE)
    scanned = put(BAD)
    put(b"written since")
    scene.send(scene.event(FLAT, "a.csv", scanned.etag))
    assert scene.run() == (0, {"held back": 1})
    assert scene.storage.readable(FLAT, "a.csv") == [FINE, b"written since"]
    assert scene.held() == [BAD, BAD]
    assert len(scene.record()["versions"]) == 2


def test_a_blob_that_was_touched_since_is_known_by_its_content(scene):
    scene.storage.put(LAKE, "a.csv", BAD)
    scene.send(scene.event(LAKE, "a.csv", "0xOLD"))
    assert scene.run() == (0, {"held back": 1})
    assert scene.held() == [BAD]


@pytest.mark.parametrize("content", [None, BAD])
def test_what_was_overwritten_or_deleted_is_gone_and_nothing_else_is_touched(scene, content):
    scene.storage.put(LAKE, "a.csv", FINE)
    scene.send(scene.event(LAKE, "a.csv", "0xOLD", content=content))
    scene.send(scene.event(LAKE, "b.csv", "0xOLD", "e-2", content=content))
    assert scene.run() == (0, {"gone": 2})
    assert scene.storage.readable(LAKE, "a.csv") == [FINE]
    assert [scene.record(identity)["outcome"] for identity in ("e-1", "e-2")] == ["gone", "gone"]


def test_an_event_that_comes_again_adds_nothing(scene):
    bad = scene.storage.put(FLAT, "a.csv", BAD)
    scene.send(scene.event(FLAT, "a.csv", bad.etag))
    scene.run()
    record = scene.record()
    scene.send(scene.event(FLAT, "a.csv", bad.etag))
    assert scene.run() == (0, {"held back": 1})
    assert scene.record() == record
    assert scene.held() == [BAD]


def test_a_blob_that_comes_back_after_it_was_held_back_is_held_back_again(scene):
    bad = scene.storage.put(LAKE, "a.csv", BAD)
    scene.send(scene.event(LAKE, "a.csv", bad.etag))
    scene.run()
    scene.storage.put(LAKE, "a.csv", BAD)
    scene.send(scene.event(LAKE, "a.csv", bad.etag))
    assert scene.run() == (0, {"held back": 1})
    assert scene.storage.readable(LAKE, "a.csv") == []
    assert len(scene.record()["versions"]) == 2


@pytest.mark.parametrize("interrupted", [("PUT", HELD + "/objects"), ("PUT", HELD + "/findings"), ("DELETE", FLAT)])
def test_a_run_that_is_interrupted_is_finished_by_the_next_and_the_record_is_whole(scene, interrupted):
    bad = scene.storage.put(FLAT, "a.csv", BAD)
    scene.send(scene.event(FLAT, "a.csv", bad.etag))
    scene.storage.failing.append([*interrupted, 403, 1])
    assert scene.run() == (1, {"failed": 1})
    assert scene.run() == (0, {"held back": 1})
    assert scene.storage.readable(FLAT, "a.csv") == []
    assert (scene.record()["outcome"], len(scene.record()["versions"])) == ("held back", 1)


def test_after_the_blob_became_a_version_among_others_the_next_run_deletes_that(scene):
    bad = scene.storage.put(FLAT, "a.csv", BAD)
    scene.send(scene.event(FLAT, "a.csv", bad.etag))
    deletes = iter([False, True])
    scene.storage.failing.append(["DELETE", FLAT, 403, 0])
    original = scene.storage.containers[FLAT]["a.csv"]

    class Watched(list):
        def append(self, item):
            super().append(item)
            # the second deletion, that of the version, is refused
            if item.startswith(f"DELETE {FLAT}") and next(deletes, False):
                scene.storage.failing[0][3] = 1

    scene.storage.requests = Watched()
    assert scene.run() == (1, {"failed": 1})
    assert original.current is None and scene.storage.readable(FLAT, "a.csv") == [BAD]
    assert scene.run() == (0, {"held back": 1})
    assert scene.storage.readable(FLAT, "a.csv") == []
    assert scene.record()["outcome"] == "held back"


def test_a_passing_fault_is_tried_again_within_a_run(scene):
    bad = scene.storage.put(LAKE, "a.csv", BAD)
    scene.send(scene.event(LAKE, "a.csv", bad.etag))
    scene.storage.failing.append(["PUT", HELD, 503, 3])
    assert scene.run() == (0, {"held back": 1})


def test_what_fails_again_and_again_is_put_aside_for_people_and_the_run_fails(scene):
    bad = scene.storage.put(FLAT, "a.csv", BAD)
    scene.send(scene.event(FLAT, "a.csv", bad.etag))
    scene.storage.failing.append(["DELETE", FLAT, 409, 99])
    assert [scene.run() for _ in range(4)] == [(1, {"failed": 1})] * 4
    assert scene.run() == (1, {"failed": 1, "put aside": 1})
    assert scene.storage.queues["results"] == []
    assert len(scene.storage.queues["poison"]) == 1


@pytest.mark.parametrize("change", [
    {"blobUri": "https://other.blob.core.windows.net/data/a.csv"}, {"blobUri": None}, {"scanResultType": "No threats found"},
])
def test_an_event_about_something_else_is_put_aside_and_moves_nothing(scene, change):
    bad = scene.storage.put(FLAT, "a.csv", BAD)
    scene.send(scene.event(FLAT, "a.csv", bad.etag, **change))
    scene.storage.send("results", "no JSON")
    assert scene.run() == (1, {"not ours": 2, "put aside": 2})
    assert scene.storage.readable(FLAT, "a.csv") == [BAD]
    assert len(scene.storage.queues["poison"]) == 2


def test_a_copy_that_is_not_what_was_scanned_deletes_nothing(scene):
    bad = scene.storage.put(FLAT, "a.csv", BAD)
    scene.send(scene.event(FLAT, "a.csv", bad.etag, content=FINE))
    assert scene.run() == (1, {"failed": 1})
    assert scene.storage.readable(FLAT, "a.csv") == [BAD]


def test_what_event_grid_gave_up_on_is_taken_from_the_dead_letters(scene):
    bad = scene.storage.put(LAKE, "a.csv", BAD)
    scene.storage.put(DEAD, "topic/2026/11/27/1.json", json.dumps([{**scene.event(LAKE, "a.csv", bad.etag), "deadLetterReason": "MaxDeliveryAttemptsExceeded"}]).encode())
    scene.storage.put(DEAD, "topic/2026/11/27/2.json", b"[{}]")
    assert scene.run() == (0, {"held back": 1, "not ours": 1})
    assert scene.held() == [BAD]
    assert [name for name in scene.storage.containers[DEAD] if scene.storage.readable(DEAD, name)] == ["topic/2026/11/27/2.json"]


def test_what_defender_marked_and_no_event_came_for_is_found_where_blobs_have_marks(scene):
    for container in (FLAT, LAKE):
        scene.storage.put(container, "a.csv", BAD)
        scene.storage.containers[container]["a.csv"].tags["Malware Scanning scan result"] = "Malicious"
    scene.storage.put(FLAT, "b.csv", FINE)
    assert scene.run() == (0, {"held back": 1})
    assert scene.storage.readable(FLAT, "a.csv") == []
    assert scene.storage.readable(LAKE, "a.csv") == [BAD]


def test_marks_that_cannot_be_read_fail_the_run_and_keep_it_from_nothing_else(scene):
    bad = scene.storage.put(LAKE, "a.csv", BAD)
    scene.send(scene.event(LAKE, "a.csv", bad.etag))
    scene.storage.failing.append(["GET", FLAT, 403, 1])
    assert scene.run() == (1, {"held back": 1, "failed": 1})


def test_what_is_printed_names_no_blob_and_the_report_counts(scene, tmp_path):
    bad = scene.storage.put(FLAT, "patient-4711.csv", BAD)
    scene.send(scene.event(FLAT, "patient-4711.csv", bad.etag))
    scene.send(scene.event(FLAT, "patient-4711.csv", bad.etag, "e-2", content=FINE))
    scene.storage.show_all()
    job.main(["--report", str(tmp_path)])
    printed = scene.capsys.readouterr()
    assert "patient-4711" not in printed.out + printed.err
    assert json.loads((tmp_path / "counts.json").read_text())["held back"] == 1


@pytest.mark.parametrize(("settings", "message"), [(None, "QUARANTINE_SETTINGS is not set"), ('{"stores": []}', "has no 'queue'")])
def test_fails_where_it_was_not_started_by_its_pipeline(monkeypatch, capsys, settings, message):
    monkeypatch.delenv("QUARANTINE_SETTINGS", raising=False)
    if settings is not None:
        monkeypatch.setenv("QUARANTINE_SETTINGS", settings)
    assert job.main([]) == 1
    assert message in capsys.readouterr().err
