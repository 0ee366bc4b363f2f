"""Clients of the emulator itself: what an emulated resource does goes through the public API, so botocore judges its shape."""

from functools import cache
from typing import Any

import boto3

_endpoint: str | None = None


def use_endpoint(url: str | None) -> None:
    """Send all calls to one address; none leaves them to botocore, where `mock_aws` catches them."""
    global _endpoint
    _endpoint = url
    client.cache_clear()


@cache
def client(service: str, region: str) -> Any:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=_endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106
    )
