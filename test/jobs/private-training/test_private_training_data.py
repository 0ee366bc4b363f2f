import json
import sys
import types

import numpy as np
import pytest
from conftest import LINEAR, csv, table, told


def test_a_job_learns_and_says_what_it_did(job, capsys):
    code, failure = job.give("validation", csv(table(seed=4))).here()
    assert (code, failure) == (0, "")
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("=")[0] for line in lines] == [
        "validation:loss",
        "validation:auc",
        "dp_epsilon",
        "dp_noise_multiplier",
        "dp_sample_rate",
        "dp_steps",
    ]
    assert lines[-3:] == ["dp_noise_multiplier=1.0", "dp_sample_rate=0.25", "dp_steps=8"]
    assert {path.relative_to(job.root / "model").as_posix() for path in (job.root / "model").rglob("*") if path.is_file()} == {
        "model.pt", "schema.json", "privacy.json", "code/model.py", "code/trained_model.py",
    }  # fmt: skip
    privacy = job.privacy
    assert privacy["epsilon"] == pytest.approx(float(told("records")["dp_epsilon"]), rel=1e-9)
    assert (privacy["unit"], privacy["steps"], privacy["steps_in_model"], privacy["processes"]) == ("record", 8, 8, 1)
    assert "(ε, δ)-differentially private with ε = " in privacy["text"]


def test_columns_and_persons_have_names_in_any_alphabet(job):
    job.tell(told("persons", label="Tod 🫀", person="患者"))
    given = {**table(persons=16), "Größe": table()["a"]}
    given = {{"y": "Tod 🫀", "who": "患者"}.get(name, name): column for name, column in given.items()}
    given["患者"] = [f"Zoë-{number}-👩🏽" for number in given["患者"]]
    assert job.give("train", csv(given)).here() == (0, "")
    assert json.loads((job.root / "model/schema.json").read_text())["features"] == ["a", "b", "Größe"]


def test_nothing_that_is_printed_comes_from_the_records_that_are_learned_from(job, capsys):
    assert job.here()[0] == 0
    first = capsys.readouterr()
    job.give("train", csv(table(rows=80, seed=9)))
    assert job.here()[0] == 0
    assert capsys.readouterr() == first


def test_mlflow_is_told_what_was_printed_where_a_job_has_it(job, monkeypatch):
    told_to = {}
    tracker = types.SimpleNamespace(log_metric=told_to.__setitem__, set_tags=told_to.update)
    monkeypatch.setitem(sys.modules, "mlflow", tracker)
    job.give("validation", csv(table(seed=4)))
    assert job.here()[0] == 0 and told_to == {}
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "azureml://somewhere")
    assert job.here()[0] == 0
    assert 0 <= told_to["validation_auc"] <= 1
    assert float(told_to["privacy_epsilon"]) == job.privacy["epsilon"] and told_to["privacy_steps"] == "8"


def test_a_model_reads_what_is_no_csv_and_has_a_loss_of_its_own(job):
    job.model(
        """
import numpy as np, torch
from torch import nn
def load(folder, hyperparameters):
    rows = np.loadtxt(folder / "data.csv", delimiter=",", skiprows=1, dtype=np.float32)
    return rows[:, :2], rows[:, 2], rows[:, 0].astype(int)
def build(features, hyperparameters):
    return nn.Sequential(nn.Linear(2, 4), nn.LayerNorm(4), nn.Dropout(0.5), nn.Linear(4, 1))
def loss(output, y):
    return (output[:, 0] - y) ** 2
"""
    )
    assert job.here() == (0, "")


def test_classes_are_as_many_as_outputs(job):
    job.model("from torch import nn\ndef build(features, hyperparameters):\n    return nn.Linear(2, 3)\n")
    assert job.give("train", csv({**table(), "y": np.arange(64) % 3})).here() == (0, "")


NO_COLUMN = {name: values for name, values in table().items() if name != "y"}


@pytest.mark.parametrize(
    ("columns", "more", "message"),
    [
        ({name: values[:0] for name, values in table().items()}, {}, "channel 'train' holds no record"),
        (table(rows=63), {}, "the data holds 63 records, and dp_records says 64"),
        (table(rows=1000), {}, "dp_delta is 0.001, not below 1 / 1000 records"),
        ({**table(), "a": [*table()["a"][:-1], "nan"]}, {}, "has 1 records with a missing or infinite value in column 1, the first is number 64"),
        ({**table(), "b": ["", *table()["b"][:-2], "inf"]}, {}, "has 2 records with a missing or infinite value in column 2, the first is number 1"),
        ({**table(), "y": ["nan", *table()["y"][1:]]}, {}, "has 1 records with a missing or infinite value in the label"),
        ({**table(), "a": [*table()["a"][:-1], "Miller"]}, {}, "column 1 of channel 'train' holds something else than a number in record 64"),
        ({**table(), "y": [2, *table()["y"][1:]]}, {}, "labels are no whole numbers from 0 to 1"),
        ({**table(), "y": [0.5, *table()["y"][1:]]}, {}, "labels are no whole numbers from 0 to 1"),
        (NO_COLUMN, {}, "channel 'train' has no column 'y' among its 2; write a header that names it in each file"),
        (table(), {"person": "who"}, "channel 'train' has no column 'who' among its 3"),
        ({"y": table()["y"]}, {}, "has no column beside the label"),
    ],
)  # fmt: skip
def test_fails_for_data_that_cannot_be_learned_from(job, columns, more, message):
    code, failure = job.tell(told("records", **more)).give("train", csv(columns)).here()
    assert code == 1
    assert message in failure
    assert "Miller" not in failure


ROWS = csv(table(rows=63)).partition("\n")[2]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"data.csv": f"canary,0.5,1\n{ROWS}"}, "has no column 'y' among its 3; write a header"),
        ({"canary.csv": ""}, "file 1 of 1 of channel 'train' is empty"),
        ({"canary.csv": "a,b,y\n1,canary\n"}, "file 1 of 1 of channel 'train' has 2 fields of 3 in line 2"),
        ({"a.csv": f"a,b,y\n{ROWS}", "canary.csv": f"canary,0.5,1\n{ROWS}"}, "file 2 of 2 of channel 'train' has other columns"),
        ({"data.csv": f"canary,b,y\n1,canary,1\n{ROWS}"}, "column 2 of channel 'train' holds something else than a number in record 1"),
        ({"data.csv": f"y,canary,b\n1,nan,1\n{ROWS}"}, "a missing or infinite value in column 2"),
        ({"data.csv": f"y,b,canary\n1,1,1\n1,1,inf\n{ROWS}"}, "a missing or infinite value in column 3"),
        ({"data.csv": f"b,canary,y\n0,0,canary\n{ROWS}"}, "the label of channel 'train' holds something else than a number in record 1"),
        ({"canary.csv": b"a,b,y\n1,canary\xff,1\n"}, "file 1 of 1 of channel 'train' is no UTF-8; write it again"),
        ({"canary.csv": f"a,b,y\n1,{'canary' * 30_000},1\n"}, "file 1 of 1 of channel 'train' is no CSV, or has a field of over 128 KiB"),
    ],
)  # fmt: skip
def test_fails_without_a_name_or_a_value_of_the_data_in_what_is_printed(job, capsys, files, message):
    folder = job.root / "input/data/train"
    (folder / "data.csv").unlink()
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    code, failure = job.here()
    printed = capsys.readouterr()
    assert code == 1 and message in failure
    assert "canary" not in failure + printed.out + printed.err


def test_fails_where_persons_are_protected_and_nobody_says_whose_a_record_is(job):
    assert "dp_unit is person, and nothing says whose a record is" in job.tell(told("persons")).here()[1]


def test_those_who_only_test_a_model_need_no_person(job):
    job.tell(told("persons", person="who")).give("train", csv(table(persons=16)))
    assert job.give("validation", csv(table(seed=4))).here() == (0, "")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({**table(), "c": table()["a"]}, "channel 'validation' has other columns than 'train'"),
        ({**table(), "y": [3, *table()["y"][1:]]}, "labels are no whole numbers from 0 to 1"),
    ],
)
def test_fails_for_a_validation_of_other_columns_or_labels_before_anything_is_spent(job, columns, message):
    code, failure = job.give("validation", csv(columns)).here()
    assert code == 1 and message in failure
    assert not (job.root / "model").exists()


def test_fails_where_records_are_many_and_persons_few(job):
    job.tell(told("persons", person="who")).give("train", csv(table(persons=15)))
    assert "the data holds 15 persons, and dp_records says 16" in job.here()[1]


def test_fails_without_a_label_a_file_or_whole_lines(job):
    del_label = {name: value for name, value in told("records").items() if name != "label"}
    assert "was not told which column is the label" in job.tell(del_label).here()[1]
    job.tell(told("records"))
    (job.root / "input/data/train/more.csv").write_text("b,a,y\n1,2,0\n")
    assert "file 2 of 2 of channel 'train' has other columns than the first" in job.here()[1]
    (job.root / "input/data/train/more.csv").write_text("a,b,y\n1,2\n")
    assert "file 2 of 2 of channel 'train' has 2 fields of 3 in line 2" in job.here()[1]
    (job.root / "input/data/train/more.csv").write_text("")
    assert "file 2 of 2 of channel 'train' is empty" in job.here()[1]
    for file in (job.root / "input/data/train").iterdir():
        file.unlink()
    assert "has no *.csv in" in job.here()[1]


def test_fails_where_load_gives_labels_for_other_records(job):
    job.model(
        f"{LINEAR}\nimport torch\ndef load(folder, hyperparameters):\n    return torch.zeros(64, 2), torch.zeros(63)\n"
    )
    assert "has 64 records and 63 labels" in job.here()[1]
    job.model(f"{LINEAR}\ndef load(folder, hyperparameters):\n    return None\n")
    assert "load of model.py returns no (x, y)" in job.here()[1]
