"""Comparison of the credentials that an operation needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.diff.change import PartChange
from understudy.openapi.operation import Operation

#: What of a security scheme says how credentials are sent.
_SENT = ("type", "in", "name", "scheme", "openIdConnectUrl")


class _Credentials(NamedTuple):
    """The scopes by scheme that a request must have by one security requirement. A scheme is known
    by how its credentials are sent, for its name is only the document's."""

    scopes: Mapping[str, frozenset[str]]
    names: Mapping[str, str]

    def suffice_for(self, other: _Credentials) -> bool:
        """Return whether a request with these credentials has those of the other, too."""
        return all(
            scheme in self.scopes and scopes <= self.scopes[scheme]
            for scheme, scopes in other.scopes.items()
        )

    def __str__(self) -> str:
        words = []
        for scheme, scopes in sorted(self.scopes.items(), key=lambda pair: self.names[pair[0]]):
            of = f" with {', '.join(sorted(scopes))}" if scopes else ""
            words.append(self.names[scheme] + of)
        return " and ".join(words) or "no key"


def security_changes(before: Operation, after: Operation) -> Iterator[PartChange]:
    """Yield which credentials are no longer enough for an operation, and which are enough now."""
    old, new = _alternatives(before), _alternatives(after)
    lost = {str(each) for each in old if not any(each.suffice_for(other) for other in new)}
    gained = {str(each) for each in new if not any(each.suffice_for(other) for other in old)}
    for credentials in sorted(lost):
        how = _sent_otherwise(before, after, credentials) if credentials in gained else ""
        yield PartChange("security", f"{credentials} is no longer enough{how}", True)
    for credentials in sorted(gained - lost):
        yield PartChange("security", f"{credentials} is enough now", False)


def _sent_otherwise(before: Operation, after: Operation, name: str) -> str:
    """Return how the credentials of a scheme are sent now, if that is not as before."""
    old, new = (side.contract.security_schemes.get(name, {}) for side in (before, after))
    differences = [
        f"its {key} was {old.get(key, 'absent')}, and is {new.get(key, 'absent')}"
        for key in _SENT
        if old.get(key) != new.get(key)
    ]
    return f": {'; '.join(differences)}" if differences else ""


def _alternatives(operation: Operation) -> list[_Credentials]:
    """Return the credentials of which a request needs one; none at all may be enough."""
    schemes = operation.contract.security_schemes
    alternatives = []
    for requirement in operation.security or ({},):
        keys = {name: _how_sent(name, schemes.get(name)) for name in requirement}
        scopes = {keys[name]: frozenset(map(str, of)) for name, of in requirement.items()}
        alternatives.append(_Credentials(scopes, {key: name for name, key in keys.items()}))
    return alternatives


def _how_sent(name: str, scheme: Any) -> str:
    """Return how the credentials of a scheme are sent; its name if the document does not say."""
    if not isinstance(scheme, dict) or scheme.get("type") in (None, "oauth2"):
        return name
    sent = {key: str(scheme.get(key, "")) for key in _SENT}
    if sent["in"] == "header":
        sent["name"] = sent["name"].lower()
    return json.dumps({**sent, "scheme": sent["scheme"].lower()}, sort_keys=True)
