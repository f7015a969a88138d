"""Many code samples of one language, run by one program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.coverage import unmeasured
from tests.support.server import ROOT
from tests.support.timeouts import PROGRAM_TIMEOUT

CLIENTS = ROOT / "tests/clients"

#: Runs Python code by name; prints why code failed. Connections are not encrypted here, and httpx
#: would read all certificates for each sample.
_PYTHON = """
import contextlib, io, json, ssl, sys, httpx
context = ssl.create_default_context()
for module in (httpx._config, httpx._transports.default):
    module.create_ssl_context = lambda *_, **__: context
failures = {}
for name, code in json.load(sys.stdin).items():
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, name, "exec"), {})
    except Exception as error:
        failures[name] = f"{type(error).__name__}: {error}"[:400]
print(json.dumps(failures))
"""

#: Runs modules by name; prints why one failed.
_NODE = """
import { readdirSync } from "node:fs";
const failures = {}, write = console.log;
console.log = () => {};
for (const file of readdirSync(".").filter(file => file.endsWith(".mjs") && file !== "run.mjs")) {
  try {
    await import(`./${file}`);
  } catch (error) {
    failures[file.slice(0, -4)] = `${error}`.slice(0, 400);
  }
}
write(JSON.stringify(failures));
"""

#: Runs packages by name; prints why one failed.
_GO = """package main

import (
    "encoding/json"
    "fmt"
    "os"
%s
)

func run(failures map[string]string, name string, sample func()) {
    defer func() {
        if problem := recover(); problem != nil {
            failures[name] = fmt.Sprint(problem)
        }
    }()
    sample()
}

func main() {
    failures, output := map[string]string{}, os.Stdout
    os.Stdout = nil
%s
    json.NewEncoder(output).Encode(failures)
}
"""


def run_shell(codes: Mapping[str, str], directory: Path) -> dict[str, str]:
    """Run commands in a directory; return why some failed."""
    lines = ['failed() { echo "$1"; }']
    for name, code in codes.items():
        lines.append(f"( {code}) > output 2>&1 || {{ echo {name}; tail -c 300 output >&2; }}")
    program = directory / "run.sh"
    program.write_text("\n".join(lines), encoding="utf-8")
    process = _run(["bash", "run.sh"], directory)
    return dict.fromkeys(process.stdout.split(), process.stderr)


def run_python(codes: Mapping[str, str], client: str = "") -> dict[str, str]:
    """Run Python code, with a client of tests/clients/python; return why some failed."""
    packages = CLIENTS / "python" / client / "site-packages" if client else ROOT
    process = _run(
        [sys.executable, "-P", "-c", _PYTHON],
        ROOT,
        text=json.dumps(codes),
        env=unmeasured(PYTHONPATH=str(packages)),
    )
    return json.loads(process.stdout) if process.stdout else {"all": process.stderr}


def run_node(codes: Mapping[str, str], directory: Path) -> dict[str, str]:
    """Run modules in Node, with the clients of tests/clients; return why some failed."""
    (directory / "node_modules").symlink_to(CLIENTS / "node_modules")
    for name, code in {**codes, "run": _NODE}.items():
        (directory / f"{name}.mjs").write_text(code, encoding="utf-8")
    process = _run(["node", "run.mjs"], directory)
    return json.loads(process.stdout) if process.stdout else {"all": process.stderr}


def run_go(codes: Mapping[str, str], directory: Path) -> dict[str, str]:
    """Build one program of Go programs, and run it; return why some failed."""
    for file in ("go.mod", "go.sum"):
        shutil.copy(CLIENTS / "go" / file, directory)
    module = re.search(r"^module (\S+)", (directory / "go.mod").read_text(), re.MULTILINE)
    assert module
    names = [re.sub(r"\W", "_", name).lower() for name in codes]
    for name, code in zip(names, codes.values(), strict=True):
        package = code.replace("package main", f"package {name}", 1)
        (directory / name).mkdir()
        (directory / name / "sample.go").write_text(package.replace("func main()", "func Run()"))
    imports = "\n".join(f'    "{module[1]}/{name}"' for name in names)
    calls = [f'    run(failures, "{n}", {p}.Run)' for n, p in zip(codes, names, strict=True)]
    (directory / "main.go").write_text(_GO % (imports, "\n".join(calls)))
    env = {**os.environ, "GOFLAGS": "-mod=mod", "GONOSUMDB": "github.com/getzep/*"}
    built = _run(["go", "build", "-gcflags=-e", "-o", "run", "."], directory, env=env)
    if built.returncode:
        return {"build": built.stderr}
    process = _run([str(directory / "run")], directory)
    return json.loads(process.stdout) if process.stdout else {"all": process.stderr}


def _run(
    command: list[str], directory: Path, text: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        cwd=directory,
        env=env,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
