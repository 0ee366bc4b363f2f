"""Reads the number out of the archive of the model."""

import json
import os
import tarfile
from pathlib import Path

ROOT = Path(os.environ["ML_ROOT"])

with tarfile.open(ROOT / "processing/model/model.tar.gz") as archive:
    model = json.load(archive.extractfile("./model.json"))
(ROOT / "processing/output/evaluation/evaluation.json").write_text(
    json.dumps({"metrics": {"auc": {"value": model["auc"]}}})
)
