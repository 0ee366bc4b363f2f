"""Blobs of a container, by the REST interface: https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api"""

from __future__ import annotations

import base64
import hashlib
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from .requests import Client, Refused
from .settings import Place

BLOCK = 32 * 1024 * 1024


@dataclass(frozen=True)
class Version:
    """What a name held, or holds now."""

    name: str
    etag: str
    size: int
    version_id: str | None = None
    is_current: bool = True


@dataclass(frozen=True)
class Copied:
    """What was written to a store."""

    size: int
    sha256: str


class Container:
    def __init__(self, client: Client, place: Place) -> None:
        self._client = client
        self.place = place
        self._url = f"{place.endpoint}/{urllib.parse.quote(place.container)}"

    def url(self, name: str, **query: str) -> str:
        return self._with(f"{self._url}/{urllib.parse.quote(name)}", query)

    def name_of(self, uri: str) -> str | None:
        """The name that a URI stands for; None where it lies elsewhere."""
        path = urllib.parse.urlsplit(uri)
        own = urllib.parse.urlsplit(f"{self._url}/")
        is_here = (path.scheme, path.netloc.lower()) == (own.scheme, own.netloc.lower()) and path.path.startswith(own.path)
        return urllib.parse.unquote(path.path[len(own.path):]) or None if is_here else None

    def list(self, prefix: str = "", include: str = "") -> Iterator[Version]:
        """What names that begin so hold; what was deleted is not listed."""
        marker = ""
        while True:
            query = {"restype": "container", "comp": "list", "prefix": prefix, **({"include": include} if include else {}), **({"marker": marker} if marker else {})}
            with self._client.send("GET", self._with(self._url, query)) as answer:
                page = ElementTree.parse(answer)
            for blob in page.iterfind(".//Blob"):
                if (blob.findtext("Deleted") or "").lower() == "true":
                    continue
                name = blob.find("Name")
                text = (name.text or "") if name is not None else ""
                if name is not None and name.get("Encoded") == "true":
                    text = urllib.parse.unquote(text)
                version_id = blob.findtext("VersionId") or None
                yield Version(
                    name=text, etag=_bare(blob.findtext("Properties/Etag") or ""), size=int(blob.findtext("Properties/Content-Length") or 0),
                    version_id=version_id, is_current=version_id is None or (blob.findtext("IsCurrentVersion") or "").lower() == "true",
                )
            marker = page.findtext("NextMarker") or ""
            if not marker:
                return

    def versions(self, name: str) -> list[Version]:
        """All that a name holds: of a store with versions each of them."""
        return [version for version in self.list(name, "versions" if self.place.versioned else "") if version.name == name]

    def marked(self, tag: str, value: str) -> Iterator[str]:
        """Names of blobs with a value of an index tag."""
        marker = ""
        while True:
            query = {"restype": "container", "comp": "blobs", "where": f"\"{tag}\"='{value}'", **({"marker": marker} if marker else {})}
            with self._client.send("GET", self._with(self._url, query)) as answer:
                page = ElementTree.parse(answer)
            yield from (blob.findtext("Name") or "" for blob in page.iterfind(".//Blob"))
            marker = page.findtext("NextMarker") or ""
            if not marker:
                return

    def chunks(self, version: Version) -> Iterator[bytes]:
        """The content, a block at a time; fails where it is no longer what was listed."""
        query = {"versionid": version.version_id} if version.version_id else {}
        with self._client.send("GET", self.url(version.name, **query), {"If-Match": f'"{version.etag}"'}) as answer:
            read = 0
            while chunk := answer.read(BLOCK):
                read += len(chunk)
                yield chunk
        if read != version.size:
            raise OSError(f"{read} of {version.size} bytes were read: the connection broke off")

    def sha256_of(self, version: Version) -> str:
        digest = hashlib.sha256()
        for chunk in self.chunks(version):
            digest.update(chunk)
        return digest.hexdigest()

    def write(self, name: str, chunks: Iterator[bytes], metadata: dict[str, str] | None = None) -> Copied:
        """Writes a blob; one of the name is replaced, at once and whole."""
        digest, size, ids = hashlib.sha256(), 0, []
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            block = base64.b64encode(f"{len(ids):08d}".encode()).decode()
            ids.append(block)
            self._client.send("PUT", self.url(name, comp="block", blockid=block), body=chunk).close()
        blocks = "".join(f"<Latest>{block}</Latest>" for block in ids)
        headers = {f"x-ms-meta-{key}": value for key, value in (metadata or {}).items()}
        self._client.send("PUT", self.url(name, comp="blocklist"), headers, f'<?xml version="1.0" encoding="utf-8"?><BlockList>{blocks}</BlockList>'.encode()).close()
        return Copied(size, digest.hexdigest())

    def read(self, name: str) -> bytes | None:
        """The content of a small blob; None where there is none."""
        try:
            with self._client.send("GET", self.url(name)) as answer:
                return answer.read()
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def delete(self, name: str, etag: str | None = None, version_id: str | None = None) -> None:
        """Deletes a blob or a version of one; passes where it is gone already."""
        headers = {"If-Match": f'"{etag}"'} if etag and version_id is None else {}
        if version_id is None:
            headers["x-ms-delete-snapshots"] = "include"
        try:
            self._client.send("DELETE", self.url(name, **({"versionid": version_id} if version_id else {})), headers).close()
        except Refused as refused:
            if refused.status != 404:
                raise

    @staticmethod
    def _with(url: str, query: dict[str, str]) -> str:
        # a blank as %20: the service takes + for itself
        return f"{url}?{urllib.parse.urlencode(query, quote_via=urllib.parse.quote)}" if query else url


def _bare(etag: str) -> str:
    return etag.strip('"')
