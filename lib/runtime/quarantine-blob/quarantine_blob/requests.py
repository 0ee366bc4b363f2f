"""Requests to Azure Storage, signed in as the identity of the job.

Versions of the interface: https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from email.utils import formatdate
from http.client import HTTPResponse

VERSION = "2023-11-03"
ATTEMPTS = 5
PASSING = {408, 429, 500, 502, 503, 504}
RESOURCE = "https://storage.azure.com/"


class Refused(Exception):
    """An answer that says no."""

    def __init__(self, status: int, code: str, what: str) -> None:
        super().__init__(f"{what} was answered {status} {code}".rstrip())
        self.status = status
        self.code = code


class SignIn:
    """Tokens of the identity. Azure ML gives them at MSI_ENDPOINT, as App Service once did; a machine of Azure at 169.254.169.254."""

    def __init__(self, client_id: str, environment: Mapping[str, str]) -> None:
        self._client_id = client_id
        self._environment = environment
        self._token = ""
        self._until = 0.0

    def token(self) -> str:
        if time.time() > self._until - 300:
            endpoint = self._environment.get("MSI_ENDPOINT")
            if endpoint:
                query = {"api-version": "2017-09-01", "resource": RESOURCE, "clientid": self._client_id}
                headers = {"secret": self._environment.get("MSI_SECRET", "")}
            else:
                endpoint = "http://169.254.169.254/metadata/identity/oauth2/token"
                query = {"api-version": "2018-02-01", "resource": RESOURCE, "client_id": self._client_id}
                headers = {"Metadata": "true"}
            request = urllib.request.Request(f"{endpoint}?{urllib.parse.urlencode(query)}", headers=headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                given = json.load(answer)
            self._token = given["access_token"]
            self._until = _until(given)
        return self._token


class Client:
    """Sends requests, and again after a pause where an answer says that it may pass."""

    def __init__(self, sign_in: SignIn, pause: float = 1.0) -> None:
        self._sign_in = sign_in
        self._pause = pause

    def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> HTTPResponse:
        """The answer, whose body is still to be read. Raises Refused for a no."""
        for attempt in range(1, ATTEMPTS + 1):
            request = urllib.request.Request(url, data=body, method=method, headers={
                "Authorization": f"Bearer {self._sign_in.token()}", "x-ms-version": VERSION, "x-ms-date": formatdate(usegmt=True),
                **({"Content-Type": "application/octet-stream"} if body is not None else {}), **(headers or {}),
            })
            try:
                return urllib.request.urlopen(request, timeout=300)
            except urllib.error.HTTPError as error:
                error.close()
                if error.code not in PASSING or attempt == ATTEMPTS:
                    # a url holds names of blobs
                    raise Refused(error.code, error.headers.get("x-ms-error-code", ""), method) from None
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if attempt == ATTEMPTS:
                    raise
            time.sleep(self._pause * 2**attempt)
        raise AssertionError("unreachable")


def _until(given: Mapping[str, object]) -> float:
    try:
        return float(str(given["expires_on"]))
    except (KeyError, ValueError):
        # some hosts write a date
        return time.time() + 600
