"""The key of pseudonyms and date shifts: a file, or a secret of AWS Secrets Manager. It is read by the driver, kept out of query plans, logs and
reports; what is recorded is an id that is derived from it."""

from __future__ import annotations

import hashlib
import hmac

from refusal import Refusal

MINIMUM_BYTES = 32  # RFC 2104 section 3: not shorter than the hash's output
BLOCK = 64


class HmacKey:
    """A key, from which each use gets a key of its own: a pseudonym tells nothing of a date shift, nor of another domain."""

    def __init__(self, material: bytes):
        if len(material) < MINIMUM_BYTES:
            raise Refusal(f"the key has {len(material)} bytes, allowed are {MINIMUM_BYTES} or more; make one with: openssl rand 32")
        if len(set(material)) < 8:
            raise Refusal("the key repeats a few bytes; make one with: openssl rand 32")
        self._material = material

    @property
    def id(self) -> str:
        """16 hexadecimal digits by which two runs can be told to have used the same key."""
        return self._derive("key id").hex()[:16]

    def subkey(self, use: str) -> bytes:
        return self._derive(f"use:{use}")

    def _derive(self, label: str) -> bytes:
        return hmac.new(self._material, label.encode(), hashlib.sha256).digest()

    def __repr__(self) -> str:
        return f"HmacKey({self.id})"


def pads(subkey: bytes) -> tuple[bytes, bytes]:
    """The inner and the outer pad of HMAC-SHA256, RFC 2104 section 2."""
    block = subkey.ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def from_secret(arn: str, region: str | None = None) -> HmacKey:
    """The key in a secret: its binary, or its text as it is."""
    try:
        import boto3
    except ImportError:
        raise Refusal("the image has no boto3, with which the key is fetched; add it, or give the key as a file") from None
    try:
        answer = boto3.client("secretsmanager", region_name=region or arn.split(":")[3]).get_secret_value(SecretId=arn)
    except Exception as error:
        # what the service says may quote what it was sent
        raise Refusal(f"the secret of the key cannot be read ({type(error).__name__}); grant secretsmanager:GetSecretValue and give the network an endpoint") from None
    return HmacKey(answer["SecretBinary"] if "SecretBinary" in answer else answer["SecretString"].encode())
