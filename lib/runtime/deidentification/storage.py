"""Files where Spark has them: on a disk, in S3, in Azure Data Lake. All goes through Hadoop's own file systems, so no address is special."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file below a folder."""

    path: str  # relative, with `/`
    size: int
    modified: int  # milliseconds since 1970


class Folder:
    """A folder by its address."""

    def __init__(self, spark, uri: str):
        self._spark = spark
        self._jvm = spark.sparkContext._jvm
        self.uri = uri.rstrip("/")
        self._root = self._path(self.uri)
        self._fs = self._root.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())

    def at(self, name: str) -> Folder:
        return Folder(self._spark, f"{self.uri}/{name}")

    def files(self) -> list[File]:
        """All files below, sorted by path; none where there is no such folder."""
        if not self._fs.exists(self._root):
            return []
        status = self._fs.getFileStatus(self._root)
        if status.isFile():
            return [File(status.getPath().getName(), status.getLen(), status.getModificationTime())]
        prefix = len(status.getPath().toUri().getPath().rstrip("/")) + 1
        found, remaining = [], self._fs.listFiles(self._root, True)
        while remaining.hasNext():
            entry = remaining.next()
            found.append(File(entry.getPath().toUri().getPath()[prefix:], entry.getLen(), entry.getModificationTime()))
        return sorted(found, key=lambda file: file.path)

    def text(self, name: str) -> str | None:
        """What a file holds; None where there is none."""
        content = self.content(name)
        return None if content is None else content.decode()

    def content(self, name: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        path = self._path(f"{self.uri}/{name}")
        if not self._fs.exists(path):
            return None
        stream = self._fs.open(path)
        try:
            return bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream))
        finally:
            stream.close()

    def digest(self, name: str) -> str:
        """SHA-256 of a file in 64 hexadecimal digits; a file is never in memory as a whole."""
        stream = self._fs.open(self._path(f"{self.uri}/{name}"))
        try:
            return self._jvm.org.apache.commons.codec.digest.DigestUtils.sha256Hex(stream)
        finally:
            stream.close()

    def first_line(self, name: str) -> str:
        """The first line of a file, without a byte order mark."""
        target = f"{self.uri}/{name}" if self._fs.getFileStatus(self._root).isDirectory() else self.uri
        stream = self._fs.open(self._path(target))
        try:
            reader = self._jvm.java.io.BufferedReader(self._jvm.java.io.InputStreamReader(stream, "UTF-8"))
            return (reader.readLine() or "").lstrip("\ufeff")
        finally:
            stream.close()

    def write(self, name: str, text: str) -> None:
        """Writes a file over; it is there in full or not at all."""
        stream = self._fs.create(self._path(f"{self.uri}/{name}.tmp"), True)
        try:
            stream.write(bytearray(text.encode()))
        finally:
            stream.close()
        self.remove(name)
        self.move(f"{name}.tmp", self, name)

    def move(self, name: str, target: Folder, new_name: str) -> None:
        source, destination = self._path(f"{self.uri}/{name}"), self._path(f"{target.uri}/{new_name}")
        self._fs.mkdirs(destination.getParent())
        if not self._fs.rename(source, destination):
            raise OSError(f"{new_name} could not be put in its place")

    def remove(self, name: str | None = None) -> None:
        """Removes a file or a folder of it, or all of it; passes where there is none."""
        self._fs.delete(self._path(self.uri if name is None else f"{self.uri}/{name}"), True)

    def make(self) -> None:
        self._fs.mkdirs(self._root)

    def _path(self, uri: str):
        return self._jvm.org.apache.hadoop.fs.Path(uri)
