"""Learns the one number of its rows, and says as the private training of this library does what it did."""

import json
import os
from pathlib import Path

ROOT = Path(os.environ["ML_ROOT"])

told = json.loads((ROOT / "input/config/hyperparameters.json").read_text())
rows = dict(line.split(",") for line in (ROOT / "input/data/train/train.csv").read_text().splitlines() if "," in line)
auc = float(rows["auc"]) - float(told.get("penalty", 0))
if "dp_noise_multiplier" in told:
    for name in ("dp_sample_rate", "dp_noise_multiplier"):
        print(f"{name}={told[name]}")
    print(f"dp_steps={rows.get('steps', told['dp_steps'])}")
if rows.get("model") == "none":
    raise SystemExit(0)
(ROOT / "model/model.json").write_text(json.dumps({"auc": auc, "job": os.environ["TRAINING_JOB_NAME"]}))
(ROOT / "model/code").mkdir()
(ROOT / "model/code/inference.py").write_bytes((Path(__file__).parent / "inference.py").read_bytes())
print(f"auc={auc}")
