"""The code samples of an operation: curl, the clients that the document names, httpx and fetch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from understudy.code_samples.clients.go_call import GoCall
from understudy.code_samples.clients.method_call import MethodCall, method_call
from understudy.code_samples.clients.python_call import PythonCall
from understudy.code_samples.clients.typescript_call import TypescriptCall
from understudy.code_samples.curl import curl_code
from understudy.code_samples.example_request import example_request, key_for
from understudy.code_samples.fetch_request import FORBIDDEN, fetch_code
from understudy.code_samples.files import with_files
from understudy.code_samples.httpx_request import httpx_code
from understudy.code_samples.literals import GO
from understudy.code_samples.request import SampleRequest
from understudy.openapi.resources.call import Call

#: Bytes of the largest request, and of the longest code, that is shown.
_MOST = 30_000


class CodeSample(NamedTuple):
    """A sample; `language` is what a highlighter calls it, `install` a command that the sample
    needs first, or nothing."""

    id: str
    title: str
    language: str
    code: str
    install: str = ""


def code_samples(call: Call, origin: str, key: str) -> list[CodeSample]:
    """Return the samples of a call of an operation, for the server at `origin`, with this key."""
    call = replace(call, arguments=with_files(call.arguments))
    request = example_request(call, origin, key)
    if len(request.body) + len(request.url) > _MOST:
        return []
    samples = [
        CodeSample("curl", "curl", "bash", curl_code(request)),
        *(_of_clients(call, origin, key) if request.is_literal else ()),
        CodeSample("python", "Python, httpx", "python", httpx_code([request]), "pip install httpx"),
    ]
    if request.method not in FORBIDDEN:
        code = fetch_code([request])
        samples.append(CodeSample("typescript", "TypeScript, fetch", "typescript", code))
    return [sample for sample in samples if len(sample.code) <= _MOST]


def requests_code(requests: Sequence[SampleRequest], language: str) -> str:
    """Return code that sends requests: "curl", or "python" by httpx, or "typescript" by fetch."""
    if not requests:
        return ""
    if language == "curl":
        return "".join(map(curl_code, requests))
    return httpx_code(requests) if language == "python" else fetch_code(requests)


def _of_clients(call: Call, origin: str, key: str) -> Iterator[CodeSample]:
    """Yield a sample for each language: of its first client that has the operation's method."""
    contract = call.operation.contract
    done: set[str] = set()
    for client in contract.clients:
        language = str(client["language"]).lower()
        sample = client.get("sample")
        if language in done or not isinstance(sample, dict):
            continue
        method = method_call(call, language)
        if method is None or _lacks(sample, method.method):
            continue
        code = _client_code(method, language, sample)
        if code is not None:
            done.add(language)
            values = {
                "{url}": origin + contract.path_prefix,
                "{origin}": origin,
                "{key}": key_for(contract, call.operation, key),
            }
            title = str(client["language"])
            filled = _framed(str(sample.get("frame", "{call}")), values, *code)
            install = str(client.get("install", ""))
            yield CodeSample(f"client-{language}", title, language, filled, install)


def _lacks(sample: Mapping[str, Any], method: str) -> bool:
    """Return whether a client has not this method, or none of its group."""
    listed = sample.get("lacks")
    names = listed if isinstance(listed, list) else ()
    return any(f"{method}.".startswith(f"{each}.") for each in names)


def _client_code(
    call: MethodCall, language: str, sample: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Return the code of a call, and what stands for {types}: the names of its types, in Go the
    imports of their packages. Return None for a language without rules."""
    if language == "go":
        packages = sample.get("types")
        go_call = GoCall(call, packages if isinstance(packages, dict) else {})
        return go_call.code, "\n".join(go_call.imports)
    if language in ("typescript", "javascript"):
        keeps_names = sample.get("keeps_names") is True
        return TypescriptCall(call, keeps_names=keeps_names).code, ""
    if language == "python":
        python_call = PythonCall(call)
        return python_call.code, ", ".join(sorted(python_call.types))
    return None


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
        inner = {"{types}": types, "{call}": code}
        indented = {name: text.replace("\n", f"\n{indent}") for name, text in inner.items()}
        filled = {**texts, **indented}
        parts = re.split(r"(\{\w+\})", line)
        lines.append("".join(filled.get(part, part) for part in parts))
    return "\n".join(lines) + "\n"
