"""The facts about an API itself: licence, contact, servers and credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.openapi.contract import Contract
from understudy.openapi.credentials import authentication_scheme, credential_form

#: How to get a token by each flow of OAuth 2.
_FLOWS = {
    "authorizationCode": "authorization code",
    "clientCredentials": "client credentials",
    "deviceAuthorization": "device authorization",
    "implicit": "implicit",
    "password": "password",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A text about the API, with the address of more (perhaps none)."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """A server of the document: the template of its URL, and its variables in words."""

    url: str
    name: str
    description: str
    variables: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SchemeEntry:
    """A security scheme: how to send its credentials (with a `name` and a `form`, which has `{key}`
    in it, if they are one value), and its flows of OAuth 2 in words."""

    id: str
    how: str
    where: str
    name: str
    form: str
    description: str
    deprecated: bool
    flows: tuple[str, ...] = ()


def links_of(contract: Contract) -> list[Link]:
    """Return the licence, the contact, the terms and the documentation that a document names."""
    info = _object(contract.document.get("info"))
    return [
        *_licence(_object(info.get("license"))),
        *_contact(_object(info.get("contact"))),
        *_address("Terms of service", {"url": info.get("termsOfService")}),
        *_address("Documentation", _object(contract.document.get("externalDocs"))),
    ]


def _licence(licence: Mapping[str, Any]) -> Iterator[Link]:
    identifier = str(licence.get("identifier", ""))
    url = str(licence.get("url", ""))
    if identifier and not url and " " not in identifier:  # else an expression of several
        url = f"https://spdx.org/licenses/{identifier}.html"
    if licence:
        yield Link("Licence", str(licence.get("name") or identifier or url), _web(url))


def _contact(contact: Mapping[str, Any]) -> Iterator[Link]:
    email, url = str(contact.get("email", "")), str(contact.get("url", ""))
    if contact:
        address = _web(url) or (f"mailto:{email}" if email else "")
        yield Link("Contact", str(contact.get("name") or email or url), address)


def _address(label: str, node: Mapping[str, Any]) -> Iterator[Link]:
    if node.get("url"):
        url = str(node["url"])
        yield Link(label, str(node.get("description") or url), _web(url))


def _web(url: str) -> str:
    """Return an address that a page may link to; empty for another scheme, such as a script's."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def servers_of(contract: Contract) -> list[ServerEntry]:
    """Return the servers of a document."""
    return [
        ServerEntry(
            str(server.get("url", "/")),
            str(server.get("name", "")),
            str(server.get("description", "")),
            tuple(
                (str(name), _variable(_object(variable)))
                for name, variable in _object(server.get("variables")).items()
            ),
        )
        for server in contract.document.get("servers") or ()
        if isinstance(server, dict)
    ]


def _variable(variable: Mapping[str, Any]) -> str:
    words = [f"default {variable.get('default', '')}"]
    if variable.get("enum") and isinstance(variable["enum"], list):
        words.append("one of " + ", ".join(map(str, variable["enum"])))
    if variable.get("description"):
        words.append(str(variable["description"]))
    return "; ".join(words)


def schemes_of(contract: Contract) -> list[SchemeEntry]:
    """Return the security schemes of a document."""
    schemes = contract.security_schemes.items()
    return [_scheme(name, scheme) for name, scheme in schemes if isinstance(scheme, dict)]


def _scheme(identifier: str, scheme: dict[str, Any]) -> SchemeEntry:
    where, (name, form) = str(scheme.get("in", "header")), credential_form(scheme)
    kind = scheme.get("type")
    how = {"mutualTLS": "a client certificate (mutual TLS)", "oauth2": "a token of OAuth 2"}.get(
        str(kind), ""
    )
    if kind == "openIdConnect":
        how = f"a token of OpenID Connect, by {scheme.get('openIdConnectUrl', '')}"
    elif kind == "http":
        how = f"HTTP authentication, {authentication_scheme(scheme)}"
        if scheme.get("bearerFormat"):
            how += f" ({scheme['bearerFormat']})"
    if kind == "mutualTLS":
        name = form = ""
    return SchemeEntry(
        identifier,
        how,
        where if kind == "apiKey" else "header",
        name,
        form,
        str(scheme.get("description", "")),
        scheme.get("deprecated") is True,
        tuple(_flows(_object(scheme.get("flows")))),
    )


def _flows(flows: Mapping[str, Any]) -> Iterator[str]:
    """Yield each flow with its addresses and its scopes."""
    for name, flow in flows.items():
        if not isinstance(flow, dict) or name.startswith("x-"):
            continue
        keys = ("authorizationUrl", "deviceAuthorizationUrl", "tokenUrl", "refreshUrl")
        addresses = [str(flow[key]) for key in keys if flow.get(key)]
        scopes = ", ".join(map(str, _object(flow.get("scopes"))))
        text = f"{_FLOWS.get(name, name)}: {', '.join(dict.fromkeys(addresses))}"
        yield f"{text}; scopes {scopes}" if scopes else text


def _object(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}
