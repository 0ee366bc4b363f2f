"""Asks the vault of tokens (`TokenVault`) in batches. It runs in Spark's Python workers and knows nothing of Spark.

A batch holds what the vault takes in a request and Lambda in a payload. The vault counts items of a caller by the minute, so whoever asks keeps a pace below
its budget; what a request comes to is decided here, and in no message stands a value, nor what a function says that may not be the vault. This is the door of
AWS; that of Azure is `token_vault_azure.py`.
"""

from __future__ import annotations

import json
import random
import re
import time
from dataclasses import dataclass
from typing import Callable, ClassVar, NamedTuple
from collections.abc import Iterable, Iterator

MAX_ITEMS, MAX_VALUE_BYTES = 500, 2_048  # the vault's own limits: lib/runtime/token-vault/request.ts
MAX_REQUEST_BYTES = 5_000_000  # of the 6 MB of a synchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
SHARE, BATCHES_A_MINUTE = 0.9, 12
ATTEMPTS, LONGEST_PAUSE = 8, 20.0
LONGEST_WAIT = 60  # seconds that are waited because a service says so
# minutes that are waited for a budget that others who are the same caller use up
PATIENCE = 15
PROVEN_FOR = 120.0  # STS takes a signature for five minutes
READ_TIMEOUT = 140  # a function of the vault ends after two minutes

# what one value is refused for, whoever asks and whenever: its row goes into quarantine
FAULTS = ("empty-value", "not-unicode", "outside-alphabet", "outside-length", "value-too-long")
_AGAIN = ("unavailable",)
REFUSALS = ("BudgetExhausted", "MalformedRequest", "Misconfigured", "UnknownCaller")
_THROTTLED = ("EC2ThrottledException", "ENILimitReachedException", "KMSThrottlingException", "RequestLimitExceeded", "ServiceException", "ThrottlingException", "TooManyRequestsException")
_SUFFIXES = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
_CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True)
class Vault:
    """Whom to ask, how many items a minute the job may ask, and how many ask at a time. This one is a function of Lambda, by its ARN."""

    function: str
    budget: int
    callers: int = 1
    # whose items the vault counts
    caller: ClassVar[str] = "role"

    @property
    def region(self) -> str:
        return self.function.split(":")[3]

    def signed_in(self) -> Vault:
        """What workers are given, before the first row is read: raises Stopped where the job cannot prove who it is."""
        return self

    def asker(self) -> Asker:
        """One who asks it."""
        return Asker(self, Lambda(self).invoke, Proof(self).headers)


class Item(NamedTuple):
    """A value of somebody in a field of the vault."""

    field: str
    subject: str
    value: str


class Answer(NamedTuple):
    """What came of an item: a token, or a fault. `stop` says why nothing more is asked, of no item at all."""

    field: str | None
    subject: str | None
    value: str | None
    token: str | None = None
    version: int | None = None
    fault: str | None = None
    stop: str | None = None


class Stopped(Exception):
    """The vault cannot be asked; the message says why and what to do, and holds no value."""


class Busy(Exception):
    """Worth trying again soon, and not before so many seconds."""

    def __init__(self, name: str, seconds: int = 0):
        super().__init__(name)
        self.seconds = seconds


class Refused(Exception):
    """A whole request was refused, by a name; `told` is what the job says of it, where the door knows better than the name does."""

    def __init__(self, name: str, seconds: int = 0, told: str | None = None):
        super().__init__(name)
        self.name = name
        self.seconds = seconds
        self.told = told


def answers(vault: Vault, items: Iterable) -> Iterator[Answer]:
    """Asks for all items and ends with a word on why where it cannot: what is thrown in a worker is told in logs, with what it was given."""
    try:
        yield from vault.asker().ask(Item(*item) for item in items)
    except Stopped as stopped:
        yield Answer(None, None, None, stop=str(stopped))
    except Exception as error:
        yield Answer(None, None, None, stop=f"the vault could not be asked ({type(error).__name__}); the class of the error is all that is told, because its message may quote data")


def batches(items: Iterable[Item], most_items: int = MAX_ITEMS, most_bytes: int = MAX_REQUEST_BYTES) -> Iterator[list]:
    """Items in their order, as many in a list as a request holds."""
    batch, held = [], 0
    for item in items:
        size = len(encoded(_sent(item))) + 1
        if batch and (len(batch) == most_items or held + size > most_bytes):
            yield batch
            batch, held = [], 0
        batch.append(item)
        held += size
    if batch:
        yield batch


class Asker:
    """One caller, who keeps its share of the budget and tries again what is worth it."""

    def __init__(
        self, vault: Vault, invoke: Callable[[list, dict], object], proof: Callable[[bool], dict],
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep, draw: Callable[[], float] = random.random,
    ):
        self._vault = vault
        self._invoke = invoke
        self._proof = proof
        self._clock, self._sleep, self._draw = clock, sleep, draw
        # in no minute, wherever it begins, more than the budget: 60 s of the pace and a batch; a part of an item cannot be sent
        share = vault.budget // vault.callers or vault.budget / vault.callers
        self._a_second = share * SHARE / 60
        self.most_items = max(1, min(MAX_ITEMS, vault.budget // (BATCHES_A_MINUTE * vault.callers)))
        self._next = clock()

    def ask(self, items: Iterable[Item]) -> Iterator[Answer]:
        """An answer for each item, in their order."""
        for batch in batches(items, self.most_items):
            # a value that is too long is not sent at all
            short = [item for item in batch if not _is_long(item)]
            found = iter(self._settled(short) if short else [])
            for item in batch:
                yield Answer(*item, fault="value-too-long") if _is_long(item) else next(found)

    def _settled(self, batch: list) -> list:
        settled: list = [None] * len(batch)
        left = list(range(len(batch)))
        for attempt in range(ATTEMPTS):
            for index, answer in zip(left, self._request([batch[index] for index in left])):
                settled[index] = _read(batch[index], answer)
            left = [index for index in left if settled[index].fault in _AGAIN]
            if not left:
                return settled
            self._pause(attempt)
        raise Stopped(f"the store of the vault did not take {len(left)} of {len(batch)} values in {ATTEMPTS} attempts: run the job again, which gets the tokens that were made")

    def _request(self, items: list) -> list:
        failures, waits, renewed = 0, 0, False
        while True:
            self._keep_pace(len(items))
            proof = self._proof(renewed)
            try:
                return _items_of(self._invoke([_sent(item) for item in items], proof), len(items))
            except Busy as busy:
                failures += 1
                if failures == ATTEMPTS:
                    raise Stopped(f"the vault did not answer in {ATTEMPTS} attempts ({busy}): run the job again, which gets the tokens that were made") from None
                self._pause(failures, busy.seconds)
            except Refused as refused:
                if refused.name == "BudgetExhausted" and waits < PATIENCE:
                    waits += 1
                    # not all at the same second
                    self._sleep(refused.seconds + 5 * self._draw())
                elif refused.name == "UnknownCaller" and not renewed:
                    renewed = True
                else:
                    raise Stopped(_told(refused, self._vault)) from None

    def _keep_pace(self, count: int) -> None:
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + count / self._a_second

    def _pause(self, attempt: int, seconds: int = 0) -> None:
        self._sleep(min(LONGEST_WAIT, seconds) + self._draw() * min(LONGEST_PAUSE, 0.2 * 2**attempt))


class Lambda:
    """Invokes the function that tokenizes."""

    def __init__(self, vault: Vault):
        try:
            import boto3
            from botocore.config import Config
        except ImportError:
            raise Stopped("the image has no boto3, with which the vault is asked; add what requirements.txt of the job names") from None
        self._function = vault.function
        # tried again here, where it is known what counts against the budget
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=READ_TIMEOUT)
        self._client = boto3.client("lambda", region_name=vault.region, config=config)

    def invoke(self, items: list, proof: dict) -> object:
        from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

        try:
            answer = self._client.invoke(FunctionName=self._function, InvocationType="RequestResponse", Payload=encoded({"caller": proof, "items": items}))
            payload = json.loads(answer["Payload"].read())
        except ClientError as error:
            code, status = str(error.response["Error"]["Code"]), error.response["ResponseMetadata"]["HTTPStatusCode"]
            if code in _THROTTLED or status == 429 or status >= 500:
                raise Busy(code) from None
            raise Refused(code) from None
        except (ConnectionError, HTTPClientError) as error:
            raise Busy(type(error).__name__) from None
        except BotoCoreError as error:
            raise Refused(type(error).__name__) from None
        if "FunctionError" not in answer:
            return payload
        name, said = payload.get("errorType"), str(payload.get("errorMessage"))
        if name not in REFUSALS:
            # Unavailable, or a function that was ended
            raise Busy("the function failed")
        raise Refused(name, seconds_in(said))


class Proof:
    """The signed headers that tell the vault who calls. They are signed anew while the job runs: credentials of a role are renewed, and signatures end."""

    def __init__(self, vault: Vault, clock: Callable[[], float] = time.monotonic):
        import boto3

        self._vault = vault
        self._session = boto3.Session()
        self._clock = clock
        self._headers: dict = {}
        self._signed = 0.0

    def headers(self, anew: bool = False) -> dict:
        if anew or not self._headers or self._clock() - self._signed > PROVEN_FOR:
            self._headers, self._signed = self._sign(), self._clock()
        return self._headers

    def _sign(self) -> dict:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        credentials = self._session.get_credentials()
        if credentials is None:
            raise Stopped("the job has no credentials of AWS, with which it proves to the vault who calls: run it as a step of the pipeline")
        arn = self._vault.function
        host = f"sts.{self._vault.region}.{_SUFFIXES.get(arn.split(':')[1], 'amazonaws.com')}"
        request = AWSRequest("POST", f"https://{host}/", data="Action=GetCallerIdentity&Version=2011-06-15", headers={"Content-Type": _CONTENT_TYPE, "X-Regulated-ML-Audience": arn})
        SigV4Auth(credentials.get_frozen_credentials(), "sts", self._vault.region).add_auth(request)
        return dict(request.headers.items())


def _sent(item: Item) -> dict:
    # who is left out is the value itself
    return {"field": item.field, "value": item.value, **({} if item.subject == item.value else {"subject": item.subject})}


def encoded(value: dict) -> bytes:
    """A body of a request."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def seconds_in(said: str) -> int:
    """After how many seconds the vault says that its budget is there again."""
    found = re.search(r"try again in (\d{1,3}) seconds$", said)
    return int(found.group(1)) if found else 60


def _is_long(item: Item) -> bool:
    return len(item.value.encode()) > MAX_VALUE_BYTES or len(item.subject.encode()) > MAX_VALUE_BYTES


def _items_of(answer, count: int) -> list:
    items = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(items, list) or len(items) != count:
        raise Stopped("the function that was asked answers as no vault does: give the step the vault that the plan is for")
    return items


def _read(item: Item, answer) -> Answer:
    error = answer.get("error") if isinstance(answer, dict) else None
    fault = error.get("code") if isinstance(error, dict) else None
    if fault in (*FAULTS, *_AGAIN):
        return Answer(*item, fault=fault)
    if fault == "unknown-field":
        raise Stopped(f"the vault has no field '{item.field}', which the plan names: deploy the vault with it")
    token = answer.get("token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or token == "":
        raise Stopped("the function that was asked answers as no vault does: give the step the vault that the plan is for")
    version = answer.get("version")
    # a token that keeps no format says itself which version of the key made it
    own = re.match(r"d(\d{1,6})\.", token)
    return Answer(*item, token=token, version=version if type(version) is int else int(own.group(1)) if own else None)


def _told(refused: Refused, vault: Vault) -> str:
    if refused.told is not None:
        return refused.told
    if refused.name == "BudgetExhausted":
        return (
            f"the budget of the vault, {vault.budget} items a minute for the {vault.caller} of the job, was used up for {PATIENCE} minutes in a row:"
            " let one run of the step end before the next, or raise itemsPerMinute of the vault"
        )
    if refused.name == "AccessDeniedException":
        return "the role of the job may not ask the vault: deploy the step anew, which grants it, and see that the endpoint of Lambda in its network lets the function through"
    return f"the vault refuses to be asked ({refused.name if re.fullmatch(r'[A-Za-z]{1,80}', refused.name) else 'by another name than it has'}): deploy vault and step from one release"
