"""Tokens of a vault on Azure: the client against the function of the library behind a sign-in, and a release through it."""

from __future__ import annotations

import csv
import importlib.util
import pickle
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from conftest import KEEP, RUNTIME, Clock, bytes_of, plan, text
from release import Places, release
from token_vault import Asker, Item, Stopped, Vault, answers
from token_vault_azure import AzureVault, HttpFunction, SignIn, Token, _seconds

SECRETS = ("Ada Lovelace", "MRN-0001", "030-1234567")


@pytest.fixture
def server(azure_vault_server):
    azure_vault_server.forget()
    return azure_vault_server


def asked(vault: AzureVault, items: list, clock: Clock | None = None) -> list:
    clock = clock or Clock()
    return list(Asker(vault, HttpFunction(vault).invoke, SignIn(vault).headers, clock, clock.sleep, lambda: 0.5).ask(items))


def people(*values: str) -> list:
    return [Item("patientId", value, value) for value in values]


def test_the_function_of_the_library_answers_each_item_in_its_place(server):
    odd = ["José Ñandú", "患者一号", "a\0b", " blanks ", "👩🏽‍⚕️", 'quote " and \\', "x" * 2_048]
    items = [Item(field, value, value) for value in odd for field in ("patientId", "nationalId")]
    items += [Item("patientId", "anna", "030"), Item("patientId", "berta", "030"), Item("cardNumber", "4111111111111111", "4111111111111111")]
    bad = {"": "empty-value", "x" * 2_049: "value-too-long", "4111 1111": "outside-alphabet", "41": "outside-length"}
    items += [Item("cardNumber", "s", value) for value in bad]
    first = asked(server.vault, items)
    assert [(answer.field, answer.subject, answer.value) for answer in first] == [tuple(item) for item in items]
    assert [answer.fault for answer in first] == [None] * (len(items) - len(bad)) + list(bad.values())
    tokens = [answer.token for answer in first if answer.token]
    assert len(set(tokens)) == len(tokens)
    assert {answer.version for answer in first if answer.token} == {None, 1}
    # get or create: another client, in another order
    assert sorted(asked(server.vault, items[::-1])) == sorted(first)
    seen = server.seen()
    # what is too long is not sent, each client signs in once, and the function needs no more than the construct gives it
    assert not any("x" * 2_049 in request["values"] for request in seen["requests"])
    assert seen["signedIn"] == 2 and seen["denied"] == []


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        ({"status": 429, "retryAfter": "7"}, 7), ({"status": 503, "retryAfter": "3600"}, 60), ({"status": 503, "code": "Unavailable"}, 0), ({"status": 502}, 0),
        ({"status": 500, "lost": True}, 0), ({"status": 429, "code": "BudgetExhausted"}, 60),
    ],
)
def test_what_is_worth_trying_again_is_tried_again_not_before_it_is_said_to_be(server, fault, waited):
    server.forget(after=0, times=2, **fault)
    clock = Clock()
    (answer,) = asked(server.vault, people("MRN-0001"), clock)
    assert answer.token and len(server.seen()["requests"]) == 3
    long = [seconds for seconds in clock.slept if seconds >= max(waited, 0.1)]
    assert len(long) == 2 and all(seconds <= waited + 20 for seconds in long)


@pytest.mark.parametrize(
    ("fault", "requests", "says"),
    [
        ({"status": 401}, 2, r"does not know the identity of the job, 88888888-\S+ \(status 401\): deploy the step anew.*app role 'Tokenize'.*up to 24 hours"),
        ({"status": 403}, 2, r"does not know the identity of the job.*\(status 403\)"),
        ({"status": 403, "code": "UnknownCaller"}, 2, r"does not know the identity of the job"),
        ({"status": 404}, 1, "the address of the vault answers with status 404, as no function of a vault does"),
        ({"status": 302}, 1, "answers with status 302"),
        ({"status": 200}, 1, "answers as no vault does"),
        ({"status": 500, "code": "Misconfigured"}, 1, r"refuses to be asked \(Misconfigured\)"),
        ({"status": 400, "code": "MalformedRequest"}, 1, r"refuses to be asked \(MalformedRequest\)"),
        ({"status": 429, "code": "BudgetExhausted"}, 16, "1000000 items a minute for the identity of the job, was used up for 15 minutes"),
        ({"status": 503}, 8, r"did not answer in 8 attempts \(503\): run the job again"),
        ({"status": 500, "lost": True}, 8, r"did not answer in 8 attempts \(RemoteDisconnected\)"),
    ],
)
def test_fails_where_trying_again_is_of_no_use_and_quotes_nobody(server, fault, requests, says):
    server.forget(after=0, times=99, **fault)
    with pytest.raises(Stopped, match=says) as stopped:
        asked(server.vault, people("Ada Lovelace"))
    assert "Ada" not in str(stopped.value)
    assert len(server.seen()["requests"]) == requests


def test_a_token_that_is_not_taken_is_asked_for_anew_and_one_that_lacks_the_role_is_told_so(server):
    vault = server.vault.signed_in()
    server.tell({"forgetTokens": True})
    (answer,) = asked(vault, people("MRN-0001"))
    assert answer.token and server.seen()["signedIn"] == 1
    server.tell({"roles": []})
    with pytest.raises(Stopped, match="app role 'Tokenize' of the application of the vault assigned"):
        asked(replace(server.vault, token=None), people("MRN-0001"))


def test_workers_begin_with_the_token_of_the_driver_until_it_ends(server):
    now = [1_000_000.0]
    sign_in = SignIn(replace(server.vault, token=Token("of the driver", now[0] + 3_600)), lambda: now[0])
    assert sign_in.headers() == {"Authorization": "Bearer of the driver"}
    assert server.seen()["signedIn"] == 0
    now[0] += 3_600 - 299
    assert sign_in.headers() != {"Authorization": "Bearer of the driver"}
    assert server.seen()["signedIn"] == 1


def test_a_token_that_is_good_is_kept_where_another_cannot_be_had(server, monkeypatch):
    monkeypatch.setenv("MSI_SECRET", "another")
    held = replace(server.vault, token=Token("of the driver", 4e9))
    assert SignIn(held).headers(anew=True) == {"Authorization": "Bearer of the driver"}
    with pytest.raises(Stopped, match=r"gets no token for the vault \(\w+\): see that the identity of the step is attached"):
        server.vault.signed_in()


def test_the_token_stands_in_no_text(server):
    vault = server.vault.signed_in()
    assert vault.token.text not in repr(vault) + repr(vault.token) + str(vault.token)
    assert pickle.loads(pickle.dumps(vault)) == vault


def test_fails_without_azure_identity_before_anything_is_sent(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(Stopped, match="has no azure-identity"):
        server.vault.signed_in()
    (answer,) = answers(server.vault, iter(people("Ada Lovelace")))
    assert "has no azure-identity" in answer.stop and answer.value is None
    assert server.seen()["requests"] == []


@pytest.mark.parametrize("address", ["http://vault.azurewebsites.net/api/tokenize", "vault.azurewebsites.net/api/tokenize", "arn:aws:lambda:eu-central-1:1:function:f", ""])
def test_fails_for_an_address_that_a_token_would_go_to_in_the_clear(address):
    with pytest.raises(Stopped, match="none that begins with https://"):
        HttpFunction(AzureVault(address, 6_000))


def test_reads_when_to_come_again_as_seconds_or_as_a_date():
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert [_seconds(after) for after in ("7", None, "soon", "Fri, 27 Nov 2020 10:00:00 GMT")] == [7, 0, 0, 0]
    assert 50 <= _seconds(in_a_minute) <= 60


def test_the_command_line_names_a_vault_of_either_cloud(monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location("deidentification_main", RUNTIME / "main.py")
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)

    def vault(*options: str):
        monkeypatch.setattr(sys, "argv", ["main.py", *["--data", "d", "--output", "o", "--report", "r", "--quarantine", "q", "--plan", "p"], *options])
        return main._vault(main.arguments())

    asks = ("--token-vault", "https://v.azurewebsites.net/api/tokenize", "--token-budget", "60000", "--token-callers", "3")
    assert vault(*asks, "--token-audience", "api://a", "--token-client-id", "c") == AzureVault(asks[1], 60_000, 3, "api://a", "c")
    assert vault("--token-vault", "arn:aws:lambda:eu-central-1:1:function:f") == Vault("arn:aws:lambda:eu-central-1:1:function:f", 6_000)
    assert vault() is None
    with pytest.raises(SystemExit):
        vault(*asks, "--token-audience", "api://a")
    assert "takes both" in capsys.readouterr().err


PLAN = plan([("id", "token", {"field": "patientId"}), ("card", "token", {"field": "cardNumber", "subject": "id"}), ("ill", "keep", KEEP)])


def test_a_release_has_the_tokens_of_its_values_and_its_workers_ask_with_the_token_of_the_driver(spark, server, tmp_path, capfd):
    rows = [["MRN-0001" if index % 2 else f"Ada Lovelace {index % 9}", f"41111111111111{index % 10:02d}", str(index)] for index in range(30)]
    source = tmp_path / "in"
    source.mkdir()
    with (source / "a.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "card", "ill"], *rows, ["MRN-0001", "4111-1111", "dashes"], ["x" * 199, "", "long"]])
    server.forget(after=0, times=1, status=503)
    out = tmp_path / "out"
    report = release(spark, text(PLAN), None, None, Places(str(source), str(out / "data"), str(out / "report"), str(out / "quarantine")), server.vault)
    assert report["rows"] == {"read": 32, "quarantined": 1, "suppressed": 0, "released": 31}
    assert [(entry["reason"], entry["column"]) for entry in report["quarantine"]] == [("outside-alphabet", "card")]
    seen = server.seen()
    assert seen["signedIn"] == 1 and [request["items"] for request in seen["requests"]] == [sum(fact["values"] for fact in report["tokens"].values())] * 2
    released = {row["ill"]: row for file in (out / "data").glob("*.csv") for row in csv.DictReader(file.open(encoding="utf-8"))}
    known = {tuple(answer[:3]): answer.token for answer in asked(server.vault, [*people(*{row[0] for row in rows}), *[Item("cardNumber", row[0], row[1]) for row in rows]])}
    assert [(released[ill]["id"], released[ill]["card"]) for _, _, ill in rows] == [(known["patientId", of, of], known["cardNumber", of, card]) for of, card, _ in rows]
    assert server.seen()["tokens"] == seen["tokens"]
    told = "".join(capfd.readouterr()) + b"".join(content for name, content in bytes_of(out).items() if not name.startswith("quarantine")).decode()
    assert not any(secret in told for secret in SECRETS)
