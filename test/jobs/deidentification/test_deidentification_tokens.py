"""Tokens of a vault: batches and patience against a vault that is played, the client against the function of the library, and a release through both."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from pathlib import Path

import pytest
import token_vault
from conftest import KEEP, KEY, Clock, bytes_of, plan, text
from hypothesis import example, given, settings
from hypothesis import strategies as st
from refusal import Refusal
from release import Places, release
from token_vault import (
    Asker,
    Busy,
    Item,
    Lambda,
    Proof,
    Refused,
    Stopped,
    Vault,
    batches,
)

SECRETS = ("Ada Lovelace", "MRN-0001", "030-1234567")
TEXT = st.text(max_size=40)
ITEMS = st.lists(st.builds(Item, st.sampled_from(["patientId", "nationalId"]), TEXT, TEXT), max_size=60)


def size_of(item: Item) -> int:
    return len(json.dumps({"field": item.field, "value": item.value, "subject": item.subject}, ensure_ascii=False).encode())


@given(items=ITEMS, most_items=st.integers(1, 12), most_bytes=st.integers(200, 2_000))
def test_batches_hold_all_items_in_their_order_and_never_more_than_a_request(items, most_items, most_bytes):
    made = list(batches(items, most_items, most_bytes))
    assert [item for batch in made for item in batch] == items
    sizes = [len(token_vault.encoded({"items": [token_vault._sent(item) for item in batch]})) for batch in made]
    for batch, size in zip(made, sizes):
        assert 1 <= len(batch) <= most_items
        assert size <= most_bytes + len('{"items":[]}') or len(batch) == 1
    # nor less than would fit
    for batch, after in pairwise(made):
        assert len(batch) == most_items or sum(size_of(item) for item in [*batch, after[0]]) + len(batch) > most_bytes


class Played:
    """A vault that answers as it is told, and otherwise with tokens."""

    def __init__(self, clock: Clock, *told):
        self.clock = clock
        self.told = list(told)
        self.requests: list = []
        self.proofs: list = []

    def __call__(self, items: list, proof: dict) -> object:
        assert proof == {"authorization": "signed"}
        self.requests.append((self.clock.now, [item["value"] for item in items]))
        answer = self.told.pop(0) if self.told else None
        if isinstance(answer, Exception):
            raise answer
        return {"items": [{"token": f"r.{item['value']}"} for item in items]} if answer is None else answer

    def proof(self, anew: bool) -> dict:
        self.proofs.append(anew)
        return {"authorization": "signed"}


def asked(items: list, *told, budget: int = 6_000, callers: int = 1):
    clock = Clock()
    played = Played(clock, *told)
    asker = Asker(Vault("arn:aws:lambda:eu-central-1:1:function:f", budget, callers), played, played.proof, clock, clock.sleep, lambda: 0.5)
    return list(asker.ask(items)), played


def people(*values: str) -> list:
    return [Item("patientId", value, value) for value in values]


@given(budget=st.integers(1, 40_000), callers=st.integers(1, 5), count=st.integers(1, 3_000))
@example(budget=3, callers=2, count=2)
@settings(max_examples=40)
def test_no_minute_has_more_than_the_budget_wherever_it_begins(budget, callers, count):
    count = min(count, 2 * budget)
    _, played = asked(people(*map(str, range(count))), budget=budget, callers=callers)
    sent = [(at, len(values)) for at, values in played.requests]
    assert sum(size for _, size in sent) == count
    # callers keep their shares by themselves; below one item a minute for each there is nothing to share
    if budget >= callers:
        for begin, _ in sent:
            assert sum(size for at, size in sent if begin <= at < begin + 60) <= budget // callers


def test_what_is_worth_trying_again_is_tried_again_in_its_place():
    busy = {"error": {"code": "unavailable", "message": "try again"}}
    answered, played = asked(
        people("a", "b", "c"), Busy("TooManyRequestsException"), Refused("UnknownCaller"), Refused("BudgetExhausted", 23), {"items": [{"token": "r.1"}, busy, {"token": "r.3"}]}, {"items": [busy]},
    )
    assert [(answer.value, answer.token) for answer in answered] == [("a", "r.1"), ("b", "r.b"), ("c", "r.3")]
    assert [values for _, values in played.requests] == [["a", "b", "c"]] * 4 + [["b"]] * 2
    assert 23 + 2.5 in played.clock.slept
    # signed anew after it was not taken, and for as long as this request is tried
    assert played.proofs == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ([Busy("ServiceException")] * 8, r"did not answer in 8 attempts \(ServiceException\): run the job again"),
        ([Refused("UnknownCaller")] * 2, "refuses to be asked .UnknownCaller.: deploy vault and step from one release"),
        ([Refused("BudgetExhausted", 60)] * 16, "6000 items a minute for the role of the job, was used up for 15 minutes"),
        ([Refused("AccessDeniedException")], "may not ask the vault: deploy the step anew"),
        ([Refused("Ada Lovelace")], "by another name than it has"),
        ([{"items": [{"error": {"code": "unavailable"}}]}] * 8, "did not take 1 of 1 values in 8 attempts"),
        ([{"items": [{"error": {"code": "unknown-field"}}]}], "the vault has no field 'patientId'"),
        ([{"items": []}], "answers as no vault does"),
        ([{"items": [{"token": ""}]}], "answers as no vault does"),
        ([{"items": ["Ada Lovelace"]}], "answers as no vault does"),
        ([["Ada Lovelace"]], "answers as no vault does"),
    ],
)
def test_fails_where_trying_again_is_of_no_use_and_quotes_nobody(told, says):
    with pytest.raises(Stopped, match=says) as stopped:
        asked(people("Ada Lovelace"), *told)
    assert "Ada" not in str(stopped.value)


def test_what_goes_wrong_in_a_worker_is_an_answer_and_no_error(monkeypatch):
    class Broken:
        def __init__(self, _):
            raise ValueError("Ada Lovelace")

    monkeypatch.setattr(token_vault, "Lambda", Broken)
    (answer,) = token_vault.answers(Vault("arn:aws:lambda:eu-central-1:1:function:f", 6_000), iter(people("Ada Lovelace")))
    assert answer.token is None and answer.value is None
    assert answer.stop.startswith("the vault could not be asked (ValueError)") and "Ada" not in answer.stop


def real(server, items: list) -> list:
    return list(Asker(server.vault, Lambda(server.vault).invoke, Proof(server.vault).headers).ask(items))


def test_the_function_of_the_library_answers_each_item_in_its_place(vault_server):
    vault_server.forget()
    odd = ["José Ñandú", "患者一号", "a\0b", " blanks ", "👩🏽‍⚕️", 'quote " and \\', "x" * 2_048]
    items = [Item(field, value, value) for value in odd for field in ("patientId", "nationalId")]
    items += [Item("patientId", "anna", "030"), Item("patientId", "berta", "030"), Item("cardNumber", "4111111111111111", "4111111111111111")]
    bad = {"": "empty-value", "x" * 2_049: "value-too-long", "4111 1111": "outside-alphabet", "41": "outside-length"}
    items += [Item("cardNumber", "s", value) for value in bad]
    first = real(vault_server, items)
    assert [(answer.field, answer.subject, answer.value) for answer in first] == [tuple(item) for item in items]
    assert [answer.fault for answer in first] == [None] * (len(items) - len(bad)) + list(bad.values())
    tokens = [answer.token for answer in first if answer.token]
    assert len(set(tokens)) == len(tokens)
    assert {answer.version for answer in first if answer.token} == {None, 1}
    # get or create: another client, in another order
    assert sorted(real(vault_server, items[::-1])) == sorted(first)
    # what is too long is not sent
    assert not any("x" * 2_049 in request["values"] for request in vault_server.seen()["requests"])


def test_as_many_items_as_fit_go_in_a_request_of_lambda(vault_server):
    vault_server.forget()
    # six bytes each in JSON
    wide = [Item("nationalId", "s" * 40, f"{index:04d}" + "\1" * 2_044) for index in range(900)]
    assert all(answer.token for answer in real(vault_server, wide))
    requests = vault_server.seen()["requests"]
    assert sum(request["items"] for request in requests) == 900
    assert all(request["items"] <= 500 and request["bytes"] < 6_000_000 for request in requests)
    assert len(requests) == 3


COLUMNS = [
    ("id", "token", {"field": "patientId"}), ("mother", "token", {"field": "patientId", "subject": "mother"}), ("card", "token", {"field": "cardNumber", "subject": "id"}),
    ("phone", "token", {"field": "patientId", "subject": "id"}), ("ill", "keep", KEEP),
]
PLAN = plan(COLUMNS)


def put(folder: Path, rows: list) -> Path:
    folder.mkdir(parents=True)
    with (folder / "a.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[name for name, _, _ in COLUMNS], *rows])
    return folder


def places(root: Path, source: Path) -> Places:
    return Places(str(source), str(root / "data"), str(root / "report"), str(root / "quarantine"))


def rows_of(folder: Path) -> list:
    return [row for file in sorted(folder.glob("*.csv")) for row in csv.DictReader(file.open(encoding="utf-8"))]


def test_every_row_gets_the_tokens_of_its_values_and_each_value_is_asked_for_once(asking, vault_server, tmp_path):
    rows = [[f"MRN-{index % 40:04d}", f"MRN-{index % 7:04d}" if index % 3 else "", f"41111111111111{index % 30:02d}", "030-1234567" if index % 2 else "", str(index)] for index in range(120)]
    bad = [["MRN-0001", "", "4111-1111-1111-1111", "", "dashes"], ["", "", "411111111111", "", "of nobody"], ["MRN-9999", "", "", "", "sick", "more"]]
    source = put(tmp_path / "in", [*rows, *bad])
    report = release(asking, text(PLAN), None, None, places(tmp_path / "one", source), vault_server.vault)
    assert report["rows"] == {"read": 123, "quarantined": 3, "suppressed": 0, "released": 120}
    assert {entry["reason"]: (entry["column"], entry["rows"]) for entry in report["quarantine"]} == {"outside-alphabet": ("card", 1), "no-subject": ("card", 1), "malformed": ("", 1)}
    seen = vault_server.seen()
    sent = [value for request in seen["requests"] for value in request["values"]]
    # 40 people, of whom 7 are mothers too; numbers of cards and telephones by person; the card that is refused
    cards = {(row[0], row[2]) for row in rows}
    assert report["tokens"] == {
        "cardNumber": {"columns": ["card"], "values": len(cards) + 1, "refused": 1, "keyVersion": 1},
        "patientId": {"columns": ["id", "mother", "phone"], "values": 40 + len({row[0] for row in rows if row[3]}), "refused": 0, "keyVersion": None},
    }
    assert len(sent) == sum(fact["values"] for fact in report["tokens"].values())
    assert "MRN-9999" not in sent
    expected = {(item.field, item.subject, item.value): item.token for item in real(vault_server, [
        *people(*{row[0] for row in rows}), *[Item("cardNumber", row[0], row[2]) for row in rows], *[Item("patientId", row[0], row[3]) for row in rows if row[3]],
    ])}
    released = sorted(rows_of(tmp_path / "one/data"), key=lambda row: int(row["ill"]))
    assert [(row["id"], row["mother"], row["card"], row["phone"]) for row in released] == [
        (expected["patientId", of, of], expected["patientId", mother, mother] if mother else "", expected["cardNumber", of, card], expected["patientId", of, phone] if phone else "")
        for of, mother, card, phone, _ in rows
    ]
    everything = b"".join(content for name, content in bytes_of(tmp_path / "one").items() if not name.startswith("quarantine")).decode()
    assert not any(secret in everything for secret in SECRETS)
    # in another place, as after the loss of the first
    release(asking, text(PLAN), None, None, places(tmp_path / "two", source), vault_server.vault)
    assert bytes_of(tmp_path / "two") == bytes_of(tmp_path / "one")
    assert vault_server.seen()["tokens"] == seen["tokens"]


def test_a_vault_that_fails_on_the_way_leaves_no_release_and_the_next_run_goes_on_with_the_tokens_that_were_made(asking, vault_server, tmp_path, capfd):
    source = put(tmp_path / "in", [[f"Ada Lovelace {index}", "", "", "", "x"] for index in range(520)])
    before = vault_server.seen()["tokens"]
    vault_server.forget(after=1, times=9, status=400, code="AccessDeniedException")
    with pytest.raises(Refusal, match="may not ask the vault") as refused:
        release(asking, text(PLAN), None, None, places(tmp_path / "out", source), vault_server.vault)
    assert not (tmp_path / "out/report/_SUCCESS").exists() and not list((tmp_path / "out").rglob("*.csv"))
    assert vault_server.seen()["tokens"] == before + 500
    # the function fails once, and is throttled once
    vault_server.forget(after=0, times=1, code="Runtime.ExitError")
    release(asking, text(PLAN), None, None, places(tmp_path / "out", source), vault_server.vault)
    assert len(vault_server.seen()["requests"]) == 3
    assert vault_server.seen()["tokens"] == before + 520
    told = str(refused.value) + "".join(capfd.readouterr())
    assert not any(secret in told for secret in SECRETS)


def test_fails_without_a_vault(spark, tmp_path):
    with pytest.raises(Refusal, match="takes tokens of a vault, and the job was told of none"):
        release(spark, text(PLAN), None, KEY, places(tmp_path / "out", put(tmp_path / "in", [["1", "", "", "", "x"]])))
