"""The code samples of an operation: curl, the clients that the document names, httpx and fetch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.code_samples.clients.call import Call, call_of
from understudy.code_samples.clients.go_call import GoCall
from understudy.code_samples.clients.python_call import PythonCall
from understudy.code_samples.clients.typescript_call import TypescriptCall
from understudy.code_samples.curl import curl_code
from understudy.code_samples.example_request import example_request, key_for
from understudy.code_samples.example_values import ExampleValues
from understudy.code_samples.fetch_request import FORBIDDEN, fetch_code
from understudy.code_samples.httpx_request import httpx_code
from understudy.code_samples.literals import GO


class CodeSample(NamedTuple):
    """A sample; `language` is what a highlighter calls it, `install` a command that the sample
    needs first, or nothing."""

    id: str
    title: str
    language: str
    code: str
    install: str = ""


def code_samples(example: ExampleValues, origin: str, key: str) -> list[CodeSample]:
    """Return the samples of an operation's example, for the server at `origin`, with this key."""
    request = example_request(example, origin, key)
    samples = [
        CodeSample("curl", "curl", "bash", curl_code(request)),
        *_of_clients(example, origin, key),
        CodeSample(
            "python", "Python (httpx)", "python", httpx_code([request]), "pip install httpx"
        ),
    ]
    if request.method not in FORBIDDEN:
        code = fetch_code([request])
        samples.append(CodeSample("typescript", "TypeScript (fetch)", "typescript", code))
    return samples


def _of_clients(example: ExampleValues, origin: str, key: str) -> Iterator[CodeSample]:
    """Yield a sample for each language: of its first client that has the operation's method."""
    contract = example.operation.contract
    done: set[str] = set()
    for client in contract.clients:
        language = str(client["language"]).lower()
        sample = client.get("sample")
        if language in done or not isinstance(sample, dict):
            continue
        call = call_of(example, language)
        if call is None or _lacks(sample, call.method):
            continue
        code = _client_code(call, language, sample)
        if code is not None:
            done.add(language)
            values = {
                "{url}": origin + contract.path_prefix,
                "{origin}": origin,
                "{key}": key_for(contract, example.operation, key),
            }
            title = f"{client['language']} ({client.get('package', 'client')})"
            filled = _framed(str(sample.get("frame", "{call}")), values, *code)
            install = str(client.get("install", ""))
            yield CodeSample(f"client-{language}", title, language, filled, install)


def _lacks(sample: Mapping[str, Any], method: str) -> bool:
    """Return whether a client has not this method, or none of its group."""
    listed = [each for each in sample.get("lacks") or () if isinstance(each, str)]
    return any(f"{method}.".startswith(f"{each}.") for each in listed)


def _client_code(call: Call, language: str, sample: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the code of a call and the types in it; None for a language without rules."""
    written: PythonCall | TypescriptCall | GoCall
    if language == "python":
        written = PythonCall(call)
    elif language in ("typescript", "javascript"):
        written = TypescriptCall(call)
    elif language == "go":
        written = GoCall(call, str(sample.get("types", "api")))
    else:
        return None
    return written.code, ", ".join(sorted(written.types))


def _framed(frame: str, values: Mapping[str, str], code: str, types: str) -> str:
    """Return a program from its frame: the lines of the call are indented as its place is, and a
    line that names types is left out if the call needs none."""
    # In double quotes, all these languages write texts alike.
    texts = {name: GO.text(value)[1:-1] for name, value in values.items()}
    lines = []
    for line in frame.rstrip().splitlines():
        if "{types}" in line and not types:
            continue
        indent = line[: len(line) - len(line.lstrip())]
        filled = {**texts, "{types}": types, "{call}": code.replace("\n", f"\n{indent}")}
        parts = re.split(r"(\{\w+\})", line)
        lines.append("".join(filled.get(part, part) for part in parts))
    return "\n".join(lines) + "\n"
