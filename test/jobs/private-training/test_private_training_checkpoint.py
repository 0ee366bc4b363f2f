import os
import signal
import time

import pytest
import torch
from conftest import LINEAR, Job, csv, table, told
from private_training import checkpoint

SLOW = """
import time
from torch import nn
class Slow(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Linear(width, 1)
    def forward(self, x):
        time.sleep(0.004)
        return self.inner(x)
def build(features, hyperparameters):
    return Slow(len(features))
"""


def kept(job: Job) -> dict:
    return torch.load(job.root / "checkpoints" / checkpoint.NAME, weights_only=True)


def counted(state: dict) -> int:
    return sum(count for _, _, count in state["accountant"]["history"])


def test_a_training_that_is_killed_goes_on_and_counts_what_was_lost(job):
    (job.root / "checkpoints").mkdir()
    job.model(SLOW).tell(told("long", person="who", checkpoint_steps=10, momentum=0.9)).give(
        "train", csv(table(5200, persons=5200))
    )
    process = job.start()
    file = job.root / "checkpoints" / checkpoint.NAME
    end = time.monotonic() + 100
    while not file.is_file() or counted(kept(job)) < 40:
        assert process.poll() is None and time.monotonic() < end, process.communicate()
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    state = kept(job)
    done, until = counted(state), state["until"]
    assert 40 <= done < 200 and until == done + 10 and state["taken"] == done
    assert not (job.root / "model").exists()
    assert job.here() == (0, "")
    # the same ε as a training that nothing interrupted, and the steps that were lost are among those counted
    assert job.privacy["epsilon"] == pytest.approx(float(told("long")["dp_epsilon"]), rel=1e-9)
    assert (job.privacy["steps"], job.privacy["steps_in_model"]) == (200, 190)
    assert counted(kept(job)) == 200


def test_a_training_that_is_told_to_stop_loses_nothing(job, monkeypatch, capsys):
    """As spot capacity tells it, two minutes before it goes."""
    from private_training import training

    (job.root / "checkpoints").mkdir()
    job.tell(told("records", checkpoint_steps=7))
    step, before = training.Training.step, signal.getsignal(signal.SIGTERM)

    def told_to_stop(self):
        step(self)
        if self.progress.counted == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(training.Training, "step", told_to_stop)
            assert job.here()[0] == 143
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (counted(kept(job)), kept(job)["until"], kept(job)["taken"]) == (3, 3, 3)
    assert "stopped after 3 of 8 steps" in capsys.readouterr().err
    assert not (job.root / "model").exists()
    assert job.here() == (0, "")
    assert (job.privacy["steps"], job.privacy["steps_in_model"]) == (8, 8)
    assert "goes on from a checkpoint with 3 of 8 steps counted" in capsys.readouterr().err


def test_a_training_that_is_killed_again_and_again_ends_all_the_same(job, monkeypatch):
    """Each attempt dies at once; what each may have shown is counted, until nothing is left to spend."""
    from private_training import training

    (job.root / "checkpoints").mkdir()
    job.tell(told("records", checkpoint_steps=3))

    class Killed(BaseException):
        pass

    def die(self):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(training.Training, "step", die)
        seen = []
        for _ in range(3):
            with pytest.raises(Killed):
                job.here()
            seen.append((counted(kept(job)), kept(job)["until"]))
    assert seen == [(0, 3), (3, 6), (6, 8)]
    assert job.here() == (0, "")
    assert (job.privacy["steps"], job.privacy["steps_in_model"]) == (8, 0)


def test_a_checkpoint_carries_the_optimizer_and_the_generator_of_dropout(job):
    (job.root / "checkpoints").mkdir()
    assert job.tell(told("records", optimizer="adam")).here() == (0, "")
    state = kept(job)
    assert all(one["step"] == 8 for one in state["optimizer"]["state"].values())
    assert state["random"].dtype == torch.uint8 and state["features"] == ["a", "b"]
    assert not any(path.name.startswith(".") for path in (job.root / "checkpoints").iterdir())


@pytest.fixture
def checkpointed(job):
    """A job with a checkpoint of the middle of it."""
    (job.root / "checkpoints").mkdir()
    assert job.here()[0] == 0
    state = kept(job)
    state["accountant"]["history"] = [(1.0, 0.25, 4)]
    state |= {"taken": 4, "until": 5}
    write(job, state)
    return job


def write(job: Job, state: object) -> None:
    torch.save(state, job.root / "checkpoints" / checkpoint.NAME)


def test_a_checkpoint_is_gone_on_from(checkpointed):
    assert checkpointed.here() == (0, "")
    assert (checkpointed.privacy["steps"], checkpointed.privacy["steps_in_model"]) == (8, 7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"accountant": None}, "has no accountant, so nobody knows how many steps it has spent; delete it to begin anew: what it has spent stays spent"),
        ({"accountant": {"mechanism": "prv", "history": [(1.0, 0.25, 4)]}}, "has the accountant 'prv', and this one is 'rdp'"),
        ({"accountant": {"mechanism": "rdp", "history": [(2.0, 0.25, 4)]}}, "has an accountant that does not agree with its steps"),
        ({"accountant": {"mechanism": "rdp", "history": [(1.0, 0.25, 3)]}}, "has an accountant that does not agree with its steps"),
        ({"until": 3}, "has an accountant that does not agree with its steps"),
        ({"until": 9}, "has an accountant that does not agree with its steps"),
        ({"format": 0}, "is of another program"),
        ({"features": ["a", "c"]}, "learned from other columns than the data has"),
    ],
)  # fmt: skip
def test_fails_for_a_checkpoint_that_counts_something_else(checkpointed, change, message):
    write(checkpointed, {**kept(checkpointed), **change})
    code, failure = checkpointed.here()
    assert code == 1 and message in failure


def test_fails_for_a_checkpoint_of_a_training_with_other_numbers(checkpointed):
    state = kept(checkpointed)
    write(checkpointed, {**state, "privacy": {**state["privacy"], "clipping_norm": 7.0}})
    assert "was trained with a clipping_norm of 7.0, and the job is told 0.5" in checkpointed.here()[1]


@pytest.mark.parametrize("content", [b"", b"half a file"])
def test_fails_for_a_checkpoint_that_cannot_be_read(checkpointed, content):
    (checkpointed.root / "checkpoints" / checkpoint.NAME).write_bytes(content)
    assert "cannot be read" in checkpointed.here()[1]


def test_a_checkpoint_runs_no_code(checkpointed):
    class Harm:
        def __reduce__(self):
            return (print, ("harm",))

    write(checkpointed, {**kept(checkpointed), "model": Harm()})
    assert "cannot be read (UnpicklingError)" in checkpointed.here()[1]


def test_what_an_interrupted_write_has_left_is_taken_away(job):
    folder = job.root / "checkpoints"
    folder.mkdir()
    (folder / f".{checkpoint.NAME}.17").write_bytes(b"half")
    assert job.model(LINEAR).here() == (0, "")
    assert [path.name for path in folder.iterdir()] == [checkpoint.NAME]
