"""Ends as Spark does on a machine without Java: in the words of its script spark-class."""

import sys

sys.exit("JAVA_HOME is not set")
