"""The door to a vault on Azure: a function behind HTTPS, which takes a token of the job's managed identity.

The driver signs in before the first value is asked for, and workers begin with its token: which of the lent nodes hand out tokens is the platform's to say. A
worker signs in by itself when that one ends, or was not taken.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Callable, ClassVar, NamedTuple
from urllib.parse import urlsplit

from token_vault import REFUSALS, Asker, Busy, Refused, Stopped, Vault, encoded, seconds_in

CONNECT_TIMEOUT = 10
READ_TIMEOUT = 240  # whoever stands before a function answers after 230 s: https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout
MOST_BYTES = 16 * 1024 * 1024  # of an answer; 500 tokens of the longest values are 2 MB
# seconds before its end in which a token is not used any more
MARGIN = 5 * 60
_NO_VAULT = "as no function of a vault does: give the step the vault that the plan is for"


class Token(NamedTuple):
    """A token of Entra ID, and when it ends in seconds since 1970."""

    text: str
    ends: float

    def __repr__(self) -> str:
        return f"Token(ends={self.ends})"


@dataclass(frozen=True)
class AzureVault(Vault):
    """A function of Azure Functions, by its address: what its tokens are for, and the client id of the identity to sign in as."""

    audience: str = ""
    client_id: str = ""
    # the driver's, in no text of this
    token: Token | None = field(default=None, repr=False)
    caller: ClassVar[str] = "identity"

    def signed_in(self) -> AzureVault:
        return replace(self, token=SignIn(self).token())

    def asker(self) -> Asker:
        return Asker(self, HttpFunction(self).invoke, SignIn(self).headers)


class SignIn:
    """Tokens of the managed identity: from the address that Azure ML or another platform tells the job, or from that of virtual machines."""

    def __init__(self, vault: AzureVault, clock: Callable[[], float] = time.time):
        self._vault = vault
        self._clock = clock
        self._held = vault.token

    def headers(self, anew: bool = False) -> dict:
        is_good = self._held is not None and self._held.ends - self._clock() > MARGIN
        if anew or not is_good:
            try:
                self._held = self.token()
            except Stopped:
                # a token that is good may have been refused for what it lacks, which is the better reason to stop
                if not is_good:
                    raise
        return {"Authorization": f"Bearer {self._held.text}"}

    def token(self) -> Token:
        """A token that was asked for now."""
        try:
            from azure.identity import ManagedIdentityCredential
        except ImportError:
            raise Stopped("the job has no azure-identity, with which it signs in to the vault: give the step an environment with what requirements.txt of the job names") from None
        try:
            # it tries again by itself what is worth it
            with ManagedIdentityCredential(client_id=self._vault.client_id) as credential:
                given = credential.get_token(f"{self._vault.audience}/.default")
        except Exception as error:
            raise Stopped(
                f"the managed identity of the job gets no token for the vault ({type(error).__name__}): see that the identity of the step is attached to what it runs on,"
                " and that its directory has the application of the vault"
            ) from None
        return Token(given.token, given.expires_on)


class HttpFunction:
    """Sends requests to the function that tokenizes. No redirect is followed and no proxy is asked: a token goes to who it is for."""

    def __init__(self, vault: AzureVault):
        self._vault = vault
        parts = urlsplit(vault.function)
        is_here = parts.hostname in ("127.0.0.1", "localhost")
        if not parts.hostname or parts.scheme not in ("https", *(["http"] if is_here else [])):
            raise Stopped("the address of the vault is none that begins with https://: give the step the vault that the plan is for")
        self._place, self._path = parts.netloc, parts.path
        self._connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection

    def invoke(self, items: list, proof: dict) -> object:
        connection = self._connection(self._place, timeout=CONNECT_TIMEOUT)
        try:
            connection.connect()
            connection.sock.settimeout(READ_TIMEOUT)
            connection.request("POST", self._path, encoded({"items": items}), {"Content-Type": "application/json", **proof})
            response = connection.getresponse()
            status, content, after = response.status, response.read(MOST_BYTES + 1), response.getheader("Retry-After")
        except (OSError, HTTPException) as error:
            raise Busy(type(error).__name__) from None
        finally:
            connection.close()
        answer = _json(content)
        if status == 200:
            return answer
        raise self._fault(status, answer, after)

    def _fault(self, status: int, answer: object, after: str | None) -> Exception:
        said = answer.get("error") if isinstance(answer, dict) else None
        name, message = (said.get("code"), str(said.get("message"))) if isinstance(said, dict) else (None, "")
        if name == "UnknownCaller" or (name not in REFUSALS and status in (401, 403)):
            return Refused("UnknownCaller", told=self._unknown(status))
        if name in REFUSALS:
            return Refused(name, seconds_in(message))
        if status == 429 or status >= 500:
            return Busy(str(status), _seconds(after))
        return Refused("NoVault", told=f"the address of the vault answers with status {status}, {_NO_VAULT}")

    def _unknown(self, status: int) -> str:
        return (
            f"the vault does not know the identity of the job, {self._vault.client_id} (status {status}): deploy the step anew, which grants it, and have the app role 'Tokenize' of the"
            " application of the vault assigned to it; a token that was given before that lacks the role for up to 24 hours"
        )


def _json(content: bytes) -> object:
    if len(content) > MOST_BYTES:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return None


def _seconds(after: str | None) -> int:
    """What a service says of when to come again: seconds, or a date."""
    if after is None:
        return 0
    if after.strip().isdecimal():
        return int(after)
    try:
        return max(0, int((parsedate_to_datetime(after) - datetime.now(timezone.utc)).total_seconds()))
    except (TypeError, ValueError):
        return 0
