import multiprocessing
import os
import socket

import pytest
import torch
from conftest import csv, printed, table, told

TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nnodes=1", "--nproc-per-node=2")
# no record has a gradient, so that what is left of a step is its noise
NOISE_ALONE = """
import torch
from torch import nn
class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.wide = nn.Linear(2, 20000, bias=False)
        nn.init.zeros_(self.wide.weight)
    def forward(self, x):
        return self.wide(x * 0)
def build(features, hyperparameters):
    return Wide()
def loss(output, y):
    return output.sum(1)
"""


@pytest.fixture
def both(monkeypatch):
    """Runs a job in two processes that are copies of this one, which has loaded torch: the exit codes."""

    def run(job):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        for name, value in {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}.items():
            monkeypatch.setenv(name, value)
        children = [multiprocessing.get_context("fork").Process(target=one, args=(job, rank)) for rank in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join(60)
        codes = [child.exitcode for child in children]
        for child in children:
            child.kill()
        return codes

    return run


def one(job, rank):
    os.environ["RANK"] = str(rank)
    os._exit(job.here()[0])


def test_two_processes_count_and_add_noise_as_one(job, both):
    job.model(NOISE_ALONE).tell(told("all", learning_rate=1))
    (job.root / "checkpoints").mkdir()
    assert both(job) == [0, 0]
    assert job.privacy["epsilon"] == pytest.approx(float(told("all")["dp_epsilon"]), rel=1e-9)
    assert (job.privacy["processes"], job.privacy["steps"]) == (2, 1)
    # σ · C / B once: noise of each process would make it √2 times that, a batch of each process twice
    assert job.weights["wide.weight"].std().item() == pytest.approx(2 * 0.5 / 64, rel=0.03)


def test_two_processes_learn_from_clinical_data_and_go_on_from_a_checkpoint_of_one(clinical):
    (clinical.root / "checkpoints").mkdir()
    assert clinical.here()[0] == 0
    file = clinical.root / "checkpoints/checkpoint.pt"
    state = torch.load(file, weights_only=True)
    noise, rate, _ = state["accountant"]["history"][0]
    state["accountant"]["history"] = [(noise, rate, 30)]
    torch.save({**state, "taken": 30, "until": 30}, file)
    together = clinical.run(launcher=TORCHRUN)
    assert together.returncode == 0, together.stderr
    assert together.stdout.count("dp_steps=") == 1
    assert "goes on from a checkpoint with 30 of 60 steps counted" in together.stderr
    assert printed(together.stdout, "dp_epsilon") == pytest.approx(float(told("flchain")["dp_epsilon"]), rel=1e-9)
    assert printed(together.stdout, "validation:auc") > 0.7


def test_fails_in_two_processes_with_the_same_message_as_in_one(job, both):
    assert both(job.give("train", csv(table(rows=63)))) == [1, 1]
    assert "the data holds 63 records, and dp_records says 64" in (job.root / "output/failure").read_text()
