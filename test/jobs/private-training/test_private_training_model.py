import pytest

HEAD = "import torch\nfrom torch import nn\n"


def sequence(*layers: str) -> str:
    return f"{HEAD}def build(features, hyperparameters):\n    return nn.Sequential({', '.join(layers)})\n"


def module(setup: str, forward: str, *, after: str = "") -> str:
    return f"""{HEAD}
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(2, 1)
        {setup}
    def forward(self, x):
        {forward}
def build(features, hyperparameters):
    return Model()
{after}"""


RECURRENT = "return self.head(self.inner(x.unsqueeze(1))[0][:, 0])"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (sequence("nn.Linear(2, 4)", "nn.BatchNorm1d(4)", "nn.Linear(4, 1)"), "layer '1' is BatchNorm1d, which makes what a record gives depend on the others of its batch"),
        (sequence("nn.Linear(2, 4)", "nn.BatchNorm1d(4, affine=False)", "nn.Linear(4, 1)"), "layer '1' is BatchNorm1d"),
        (module("self.inner = nn.LSTM(2, 2)", RECURRENT), "layer 'inner' is LSTM, which gives no gradient for each record, so that no clipping bounds what one record does; use opacus.layers.DPLSTM"),
        (module("self.inner = nn.GRU(2, 2)", RECURRENT), "use opacus.layers.DPGRU"),
        (module("self.inner = nn.MultiheadAttention(2, 1)", "return self.head(x)"), "use opacus.layers.DPMultiheadAttention"),
        (module("self.inner = nn.InstanceNorm1d(1, affine=True, track_running_stats=True)", "return self.head(x)"), "set track_running_stats=False"),
        (module("", "return self.head(x - x.mean(0))"), "what the model gives for a record depends on the others of its batch"),
        (module("", "return self.head(x) * torch.softmax(self.head(x), 0)"), "what the model gives for a record depends on the others of its batch"),
        (module("self.unused = nn.Linear(2, 2)", "return self.head(x)"), "a parameter of the model has no gradient, since forward does not use it"),
        (module("self.head.requires_grad_(False)", "return self.head(x)"), "the model of build has no parameter to learn"),
        (module("", "return self.head(x).mean()"), "gives no tensor with a row for each record"),
        (module("", "return self.head(x)", after="def loss(output, y):\n    return ((output[:, 0] - y) ** 2).mean()\n"), "the loss has the shape () for 4 records; return one value for each record"),
        (module("", "return self.head(x) / 0 * 0"), "a gradient is not finite, and no clipping bounds it|depends on the others"),
        (f"{HEAD}def build(features, hyperparameters):\n    return 3\n", "build of model.py returns a int; return a torch.nn.Module"),
        (f"{HEAD}build = None\n", "model.py defines no build"),
    ],
)  # fmt: skip
def test_fails_for_a_model_in_which_what_one_record_does_has_no_bound(job, text, message):
    code, failure = job.model(text).here()
    assert code == 1
    assert any(part in failure for part in message.split("|"))
    assert not (job.root / "model").exists()


@pytest.mark.parametrize(
    "text",
    [
        module(
            "self.inner = nn.LayerNorm(2)\n        self.drop = nn.Dropout(0.3)",
            "return self.head(self.drop(self.inner(x)))",
        ),
        module("from opacus.layers import DPLSTM\n        self.inner = DPLSTM(2, 2, batch_first=True)", RECURRENT),
        module("self.inner = nn.GroupNorm(1, 2)", "return self.head(self.inner(x))"),
        module("self.scale = nn.Parameter(torch.ones(2))", "return self.head(x * self.scale)"),
        module("self.frozen = nn.Linear(2, 2).requires_grad_(False)", "return self.head(self.frozen(x))"),
    ],
    ids=[
        "layer norm and dropout",
        "a recurrent layer of Opacus",
        "group norm",
        "a parameter of its own",
        "frozen layers",
    ],
)
def test_other_models_learn(job, text):
    assert job.model(text).here() == (0, "")


def test_fails_where_there_is_no_model(job):
    (job.code / "user/model.py").unlink()
    assert "there is no model.py in" in job.here()[1]
