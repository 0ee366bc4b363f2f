"""The part of `regulated-ml run` that is Python: what it looks up in programs of steps, and how it asks a model.

Args    imports: stdin is a list of {step, folder, program}; stdout names by step what is imported and not there.
        serve: stdin is the request that `serving.py` describes.
Errors  exit code 1, or 3 where the model has no script to ask; `serving.py` says why in $ML_ROOT/output/failure.
"""

from __future__ import annotations

import json
import sys

import imports
import serving

if __name__ == "__main__":
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    if verb == "imports":
        json.dump(imports.missing(json.load(sys.stdin)), sys.stdout)
    elif verb == "serve":
        sys.exit(serving.serve(json.load(sys.stdin)))
    else:
        sys.exit(f"unknown verb {verb!r}, allowed are imports and serve")
