"""Trains a model of yours with DP-SGD, in a training job of SageMaker or a command job of Azure ML.

What it reads, writes and prints is said in README.md; `private_training.settings` has the hyperparameters.
Errors  exit code 1 (143 when the job is stopped); the message goes to stderr and, where there is such a folder, to
        $ML_ROOT/output/failure, SageMaker's FailureReason. A message quotes neither a value of a record nor a name that its file gives.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from private_training.job import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
