"""Holds back blobs that Defender for Storage called malicious, in a command job of Azure ML.

Takes what Event Grid put into a queue, what it gave up on, and what Defender has marked and no event came for. Each blob is
copied to the quarantine store with all of its versions of the same content, deleted where it lies, and written down.
`quarantine_blob.settings` says what it is told; it needs nothing beside Python 3.9.

Errors  exit code 1 when a blob could not be held back; the next run tries again. Names of blobs can name people: what is
        printed are ids of findings.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from quarantine_blob.job import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
