"""The Spark session, with what makes a release the same each time and keeps data off disks in the clear."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

# of a machine's memory for the JVM; Python workers and the page cache have the rest
SHARE = 0.6

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # dates that a calendar does not have are no dates
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    # it would merge the partitions that rows were placed in
    "spark.sql.adaptive.enabled": "false",
    # a pruned parser does not see that a row has too many values
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    # no .crc files beside those that are released
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    # what is shuffled and spilled is data of people
    "spark.io.encryption.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def session(driver_memory: str | None = None, cores: int | None = None) -> SparkSession:
    """The session of spark-submit, or one on this machine."""
    builder = SparkSession.builder.appName("deidentification")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    # spark-submit hands a JVM over
    if "PYSPARK_GATEWAY_PORT" not in os.environ:
        count = cores or os.cpu_count() or 1
        # workers would be the first python3 of the path
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        memory = driver_memory or f"{max(1024, int(_memory() * SHARE) >> 20)}m"
        builder = (
            builder.master(f"local[{count}]").config("spark.driver.memory", memory).config("spark.sql.shuffle.partitions", str(4 * count))
            # an image may be set up for a cluster that this machine is no part of
            .config("spark.hadoop.fs.defaultFS", "file:///")
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        )
    spark = builder.getOrCreate()
    # warnings quote rows that a parser stumbles over
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _memory() -> int:
    """Bytes that this machine, or the limit of this container, has."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            return min(total, int(Path(limit).read_text()))
        except (OSError, ValueError):
            continue
    return total
