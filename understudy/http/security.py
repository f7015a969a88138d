"""Credentials of a request by the document's security schemes, and the tenant they belong to."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from understudy.errors import Problem, Violation
from understudy.http.messages import Request
from understudy.http.parameters.fields import parse_cookies
from understudy.openapi.credentials import authentication_scheme

#: Returns the tenant of credentials, which are given by security scheme.
Authenticate = Callable[[Mapping[str, str]], str]

#: The tenant of requests without credentials.
NO_TENANT = ""


class SecurityCheck:
    """Checks the requests for one operation by its security requirements; compiled once."""

    def __init__(
        self,
        requirements: tuple[dict[str, Any], ...],
        schemes: dict[str, Any],
        authenticate: Authenticate | None,
        keys: frozenset[str] = frozenset(),
    ) -> None:
        self._open = {} in requirements and not keys
        self._challenge = _challenges(requirements, schemes)
        self._keys = keys
        self._requirements = [
            [(name, _finder(schemes.get(name, {}))) for name in requirement]
            for requirement in requirements
            if requirement
        ]
        self._authenticate = authenticate

    def admit(self, request: Request) -> str:
        """Return the tenant that the request belongs to. Raises Problem 401."""
        if not self._requirements:
            return NO_TENANT
        for requirement in self._requirements:
            credentials = {}
            for name, find in requirement:
                value = find(request)
                if value:
                    credentials[name] = value
            if len(credentials) == len(requirement):
                return self._tenant(credentials)
        if self._open:
            return NO_TENANT
        needed = " and ".join(name for name, _ in self._requirements[0])
        raise self._unauthorized(f"credentials are missing: {needed}")

    def _tenant(self, credentials: dict[str, str]) -> str:
        """Return the tenant of credentials. If only some keys are admitted, it must be one of
        them."""
        tenant = self._authenticate(credentials) if self._authenticate else NO_TENANT
        if self._keys and self._keys.isdisjoint((tenant, *credentials.values())):
            raise self._unauthorized("the key is not one of those that --api-key admits")
        return tenant

    def _unauthorized(self, message: str) -> Problem:
        return Problem(
            401,
            "unauthorized",
            code="UNAUTHORIZED",
            headers=self._challenge,
            violations=(Violation("header", "", message),),
        )


def _challenges(
    requirements: tuple[dict[str, Any], ...], schemes: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the `WWW-Authenticate` header (RFC 9110, section 11.6.1) with a challenge for each
    security scheme; none for keys and certificates, which have no challenge."""
    names = dict.fromkeys(name for requirement in requirements for name in requirement)
    challenges = dict.fromkeys(filter(None, (_challenge(schemes.get(name, {})) for name in names)))
    return (("WWW-Authenticate", ", ".join(challenges)),) if challenges else ()


def _challenge(scheme: dict[str, Any]) -> str:
    if scheme.get("type") in ("apiKey", "mutualTLS"):
        return ""
    name = authentication_scheme(scheme)
    if name.lower() == "digest":
        return f'{name} realm="understudy", qop="auth", nonce="understudy"'
    return f'{name} realm="understudy"'


def _finder(scheme: dict[str, Any]) -> Callable[[Request], str | None]:
    """Return a function that finds a scheme's credential in a request."""
    place = scheme.get("in", "header") if scheme.get("type") == "apiKey" else "header"
    name = (
        scheme.get("name", "Authorization") if scheme.get("type") == "apiKey" else "Authorization"
    )
    if place == "query":
        return lambda request: _from_query(request, name)
    if place == "cookie":
        return lambda request: _from_cookie(request, name)
    key = name.lower().encode()
    if scheme.get("type") == "apiKey":
        return lambda request: request.headers.get(key, b"").decode("latin-1")
    if scheme.get("type") == "mutualTLS":
        return lambda _request: "mutualTLS"  # the certificate is not the business of HTTP
    prefix = authentication_scheme(scheme).lower() + " "
    if prefix == "basic ":
        return lambda request: _basic(request.headers.get(key, b"").decode("latin-1"))
    return lambda request: _after(prefix, request.headers.get(key, b"").decode("latin-1"))


def _after(prefix: str, value: str) -> str | None:
    return value[len(prefix) :].strip() if value.lower().startswith(prefix) else None


def _basic(value: str) -> str | None:
    """Return the credentials of the scheme Basic, if they are a name and a password (RFC 7617)."""
    credentials = _after("basic ", value)
    try:
        decoded = b64decode(credentials or "", validate=True)
    except ValueError:
        return None
    return credentials if b":" in decoded else None


def _from_query(request: Request, name: str) -> str | None:
    values = parse_qs(request.query.decode("latin-1")).get(name)
    return values[0] if values else None


def _from_cookie(request: Request, name: str) -> str | None:
    values = parse_cookies(request.headers.get(b"cookie", b"").decode("latin-1")).get(name)
    return values[0].strip('"') if values else None
