"""Signatures of webhooks by Standard Webhooks (https://www.standardwebhooks.com), which Svix and
others use: the receiver computes the same one, and knows who sent the request."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode

from understudy.runtime.namespaces.namespace import Namespace

#: How secrets begin.
_PREFIX = "whsec_"


def check_secret(secret: str) -> None:
    """Check that a secret is one of Standard Webhooks. Raises ValueError."""
    if not 24 <= len(_key(secret)) <= 64:
        raise ValueError("its key must have 24 to 64 bytes")


def webhook_secret(namespace: Namespace, api: str, name: str) -> str:
    """Return the secret of a webhook: the one that was set, or the one of the API, which is made
    from the namespace's seed."""
    endpoint = namespace.endpoints.get((api, name))
    if endpoint is not None and endpoint.secret is not None:
        return endpoint.secret
    key = hashlib.sha256(f"secret of {api}: {namespace.ids.seed}".encode()).digest()
    return _PREFIX + b64encode(key).decode()


def signature_headers(
    prefix: str, secret: str, message_id: str, seconds: int, body: bytes
) -> dict[bytes, bytes]:
    """Return the headers of a signed request; `seconds` is the time since 1970."""
    signed = f"{message_id}.{seconds}.".encode() + body
    digest = b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()
    values = {"id": message_id, "timestamp": str(seconds), "signature": f"v1,{digest}"}
    return {f"{prefix}-{name}".encode(): value.encode() for name, value in values.items()}


def _key(secret: str) -> bytes:
    """Return the key in a secret. Raises ValueError."""
    if not secret.startswith(_PREFIX):
        raise ValueError(f"it must begin with {_PREFIX}")
    return b64decode(secret[len(_PREFIX) :], validate=True)
