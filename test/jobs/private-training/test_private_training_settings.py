import json

import pytest
from conftest import told
from private_training import settings
from private_training.errors import InputError


@pytest.fixture
def root(tmp_path):
    (tmp_path / "input/data/train").mkdir(parents=True)
    (tmp_path / "input/data/code").mkdir()
    (tmp_path / "input/config").mkdir()
    return tmp_path


def read(root, hyperparameters, *arguments):
    (root / "input/config/hyperparameters.json").write_text(json.dumps(hyperparameters))
    return settings.read(list(arguments), root)


def test_the_numbers_of_the_construct_are_taken_as_they_are(root):
    found = read(root, told("flchain", hidden=16, sagemaker_program="main.py", dp_reservation="abc"))
    assert found.privacy.noise_multiplier == 1.532707 and found.privacy.steps == 60 and found.privacy.unit == "person"
    assert found.own == {"label": "y", "hidden": "16"}
    assert found.reservation == "abc"
    assert (found.checkpoint_steps, found.optimizer, found.learning_rate, found.seed) == (3, "sgd", 0.1, None)
    assert list(found.channels) == ["train"] and found.checkpoints is None and found.model_folder == root / "model"


def test_a_toolkit_may_put_texts_in_quotes_and_hand_them_over_twice(root, monkeypatch):
    quoted = {name: f'"{value}"' for name, value in told("records").items()}
    assert read(root, quoted).privacy.steps == 8
    monkeypatch.setenv("SM_HPS", json.dumps({"learning_rate": 0.5}))
    monkeypatch.setenv("SM_MODEL_DIR", str(root / "elsewhere"))
    found = read(root, told("records"), "--learning_rate", "0.25", "--momentum", '"0.9"')
    assert (found.learning_rate, found.momentum, found.model_folder) == (0.25, 0.9, root / "elsewhere")
    assert read(root, told("records")).learning_rate == 0.5


def test_azure_hands_folders_over_as_arguments(tmp_path):
    data = tmp_path / "mnt/train"
    data.mkdir(parents=True)
    numbers = [part for name, value in told("records").items() for part in (f"--{name}", value)]
    found = settings.read(
        ["--train", str(data), "--model", str(tmp_path / "out"), "--checkpoints", str(tmp_path / "keep"), *numbers],
        tmp_path,
    )
    assert found.channels == {"train": data}
    assert (found.model_folder, found.checkpoints, found.privacy.records) == (tmp_path / "out", tmp_path / "keep", 64)


def test_one_input_of_another_name_is_the_one_to_learn_from(root):
    (root / "input/data/train").rename(root / "input/data/people")
    (root / "input/data/validation").mkdir()
    assert read(root, told("records")).channels["train"] == root / "input/data/people"


def test_checkpoints_are_written_where_spot_capacity_keeps_them(root):
    (root / "checkpoints").mkdir()
    assert read(root, told("records")).checkpoints == root / "checkpoints"
    elsewhere = read(root, told("records", checkpoints="/opt/elsewhere"))
    assert elsewhere.checkpoints.as_posix() == "/opt/elsewhere" and "checkpoints" not in elsewhere.own


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dp_noise_multiplier": None}, "was not told dp_noise_multiplier; give the step privacy"),
        ({"dp_delta": None, "dp_steps": None}, "was not told dp_delta, dp_steps"),
        ({"dp_secret": "1"}, "was told dp_secret, which mean nothing here"),
        ({"dp_mechanism": "dp-federated"}, "dp_mechanism is 'dp-federated', and this code does dp-sgd alone"),
        ({"dp_sampling": "shuffled"}, "dp_sampling is 'shuffled', and this code draws each unit by itself"),
        ({"dp_unit": "client"}, "dp_unit is 'client', allowed are record, person"),
        ({"dp_noise_multiplier": "0.1"}, r"dp_epsilon is 3, and the accountant here comes to \d+"),
        ({"dp_noise_multiplier": "0"}, "dp_noise_multiplier is '0', allowed are numbers above 0"),
        ({"dp_sample_rate": "1.5"}, "dp_sample_rate is '1.5', allowed are numbers above 0, up to 1"),
        ({"dp_steps": "60.5"}, "dp_steps is '60.5', allowed are numbers whole, from 1"),
        ({"dp_steps": "61"}, "the accountant here comes to"),
        ({"dp_delta": "nan"}, "dp_delta is 'nan'"),
        ({"dp_batch_size": "256"}, "dp_batch_size is 256, and dp_sample_rate of dp_records is 520"),
        ({"dp_records": "100"}, "dp_batch_size is 520, and dp_sample_rate of dp_records is 10"),
        (
            {"batch_size": "32"},
            "hyperparameter batch_size is given beside the privacy .* set batchSize in DifferentialPrivacy.dpSgd",
        ),
        ({"epochs": "32"}, "hyperparameter epochs is given beside the privacy"),
        ({"max_grad_norm": "3"}, "set clippingNorm in"),
        ({"gradient_accumulation_steps": "4"}, "would put several samples into one step"),
        ({"sampler": "WeightedRandomSampler"}, "asks for weighted sampling, of which no loss can be stated"),
        ({"optimizer": "lbfgs"}, "optimizer is 'lbfgs', allowed are sgd, adam"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast', allowed are numbers above 0"),
        ({"momentum": "1"}, "momentum is '1', allowed are numbers from 0, below 1"),
        ({"max_batch": "0"}, "max_batch is '0', allowed are numbers whole, from 1"),
    ],
)
def test_fails_for_what_the_construct_has_not_reckoned_with(root, change, message):
    given = {**told("flchain"), **change}
    with pytest.raises(InputError, match=message):
        read(root, {name: value for name, value in given.items() if value is not None})


def test_fails_for_inputs_of_which_none_is_the_one_to_learn_from(root):
    (root / "input/data/train").rename(root / "input/data/a")
    (root / "input/data/b").mkdir()
    with pytest.raises(InputError, match="the inputs are a, b; name the one to learn from 'train'"):
        read(root, told("records"))


@pytest.mark.parametrize(
    ("arguments", "message"), [(["--seed"], "there are 1 arguments"), (["seed", "3"], "'seed' is no --name")]
)
def test_fails_for_arguments_that_are_no_pairs(root, arguments, message):
    with pytest.raises(InputError, match=message):
        read(root, told("records"), *arguments)


@pytest.mark.parametrize(("text", "message"), [("{", "is not JSON"), ("[1]", "holds a list")])
def test_fails_for_hyperparameters_that_are_no_object(root, text, message):
    (root / "input/config/hyperparameters.json").write_text(text)
    with pytest.raises(InputError, match=message):
        settings.read([], root)
