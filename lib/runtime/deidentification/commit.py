"""Puts a release in its place once: all of it, or nothing that a reader would take for it.

    <report>/_SUCCESS        last of all; holds the fingerprint of what was asked for and the digest of the manifest
    <report>/manifest.json   each file of the release with size and SHA-256
    <report>/report.json     counts and measures
    <report>/refusal.json    why there is no release, in the place of all that
    <data>/part-00000.csv …  the release; nothing else lies there, because trainings read whole prefixes
    <quarantine>/part-….jsonl rows that could not be released, as they came; below refused/ where nothing was

Everything is made in folders called `_staging`, which the next run empties. A release that stands is taken away only when the next is complete: its
marker and its manifest go first, and those of the next come last. Whoever waits for the marker, or reads what the manifest names, never sees half of one.
"""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from storage import Folder

SUCCESS, MANIFEST, REPORT, REFUSAL = "_SUCCESS", "manifest.json", "report.json", "refusal.json"
STAGING, REFUSED = "_staging", "refused"
PART = re.compile(r"^part-(\d{5,})-")
READERS = 8
ENDINGS = {"csv": "csv", "jsonl": "jsonl", "parquet": "parquet"}


class Commit:
    """One release: three folders and what it is made from."""

    def __init__(self, spark: SparkSession, data: str, report: str, quarantine: str, fingerprint: str):
        self._spark = spark
        self.data, self.report, self.quarantine = (Folder(spark, uri) for uri in (data, report, quarantine))
        self.fingerprint = fingerprint

    def is_complete(self) -> bool:
        """Whether the same was released before, and is there still."""
        marker = json.loads(self.report.text(SUCCESS) or "{}")
        manifest = self.report.text(MANIFEST)
        if manifest is None or marker != {"fingerprint": self.fingerprint, "manifest": _digest(manifest)}:
            return False
        written = json.loads(manifest)
        return all(
            {file.path: file.size for file in folder.files()} == {file["path"]: file["bytes"] for file in written[name]}
            for name, folder in (("data", self.data), ("quarantine", self.quarantine))
        )

    def begin(self) -> None:
        """Removes what is staged: what a run left that was killed, or what is not needed any more."""
        for folder in (self.data, self.quarantine):
            folder.remove(STAGING)

    def staging(self, folder: Folder, name: str) -> Folder:
        return folder.at(f"{STAGING}/{name}")

    def finish(self, report: dict, output_format: str) -> None:
        """Puts staged files in their places, and says so."""
        written = {"data": self._listed(self.data, output_format), "quarantine": self._listed(self.quarantine, "jsonl")}
        for name in (SUCCESS, MANIFEST, REPORT, REFUSAL):
            self.report.remove(name)
        for name, folder in (("data", self.data), ("quarantine", self.quarantine)):
            self._promote(folder, written[name], self.staging(folder, "files"))
        manifest = _json({name: [{key: file[key] for key in ("path", "bytes", "sha256")} for file in files] for name, files in written.items()})
        self.report.write(REPORT, _json(report))
        self.report.write(MANIFEST, manifest)
        self.begin()
        self.report.write(SUCCESS, json.dumps({"fingerprint": self.fingerprint, "manifest": _digest(manifest)}, sort_keys=True))

    def refuse(self, report: dict) -> None:
        """Says why there is no release, and keeps the rows that could not be treated. An earlier release stays as it is."""
        self._promote(self.quarantine.at(REFUSED), self._listed(self.quarantine, "jsonl"), self.staging(self.quarantine, "files"))
        self.begin()
        self.report.write(REFUSAL, _json(report))

    def _listed(self, folder: Folder, output_format: str) -> list:
        """The staged files, with the names that they will have: those of Spark hold a random id."""
        staged = self.staging(folder, "files")
        # Spark writes an empty file where its first partition is empty
        files = [file for file in staged.files() if file.size > 0]
        if not files:
            return []
        # by the driver: Spark would read files as wholes, several times as large in memory as they are
        with ThreadPoolExecutor(READERS) as readers:
            digests = list(readers.map(lambda file: staged.digest(file.path), files))
        return [
            {"path": f"part-{PART.match(file.path).group(1)}.{ENDINGS[output_format]}", "bytes": file.size, "sha256": digest, "staged": file.path}
            for file, digest in zip(files, digests)
        ]

    def _promote(self, folder: Folder, files: list, staged: Folder) -> None:
        folder.make()
        for file in folder.files():
            if not file.path.startswith(f"{STAGING}/"):
                folder.remove(file.path)
        for file in files:
            staged.move(file["staged"], folder, file["path"])


def write(rows: DataFrame, columns: list, target: Folder, output_format: str, parts: int, delimiter: str = ",") -> None:
    """Writes rows so that the same rows give the same bytes, in whatever order they come and on however many machines they are.

    Each row goes to the file that its own content chooses, and stands there in the order of what is released, which tells nothing of the order in the source.
    """
    placed = rows.withColumn("__place", F.xxhash64(*columns)).repartition(parts, "__place").sortWithinPartitions("__place", *columns).select(*columns)
    writer = placed.write.mode("overwrite")
    if output_format == "csv":
        writer.csv(target.uri, header=True, sep=delimiter, quote='"', escape='"', ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False, encoding="UTF-8")
    elif output_format == "jsonl":
        writer.json(target.uri, ignoreNullFields=False)
    else:
        writer.parquet(target.uri, compression="snappy")


def _json(value: dict) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
