"""Counts rows with Spark, with a module that is submitted beside it."""

import argparse

import rows
from pyspark.sql import SparkSession

parser = argparse.ArgumentParser()
for name in ("data", "output", "settings", "report"):
    parser.add_argument(f"--{name}", required=True)
given = parser.parse_args()
spark = SparkSession.builder.getOrCreate()
table = rows.read(spark, given.data)
table.write.csv(given.output)
with open(given.settings) as settings:
    spark.createDataFrame(
        [(settings.read(), spark.conf.get("spark.sql.shuffle.partitions"))], ["text", "partitions"]
    ).coalesce(1).write.json(given.report)
spark.stop()
