"""Pages in Markdown whose code runs: README.md and docs/*.md."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.proxy_process import proxying
from tests.support.server import ROOT, UNDERSTUDY, running

#: Where the pages say that the server and the proxy are.
SERVER, PROXY = "http://127.0.0.1:3000", "http://127.0.0.1:3001"

#: What starts a server, by its first words. Its other words are its options.
SERVE = (("./scripts/serve",), ("understudy", "serve"))

#: Commands that install something, or that take minutes: they are not run.
NOT_RUN = ("pip", "npm", "git", "scripts/", "./scripts/")

_BLOCK = re.compile(
    r"^```(?P<language>\w+)\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_FILE = re.compile(r"(?:#|//) (?P<path>[\w./-]+\.\w+)\n")
_VARIABLE = re.compile(r"^(?:export )?\w+=.*$", re.MULTILINE)
_EXPORT = re.compile(r"^export (\w+)=(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code, and the text block directly below it, which is its output."""

    language: str
    code: str
    output: str | None

    @property
    def file(self) -> str | None:
        """The path in its first line, if that is a comment with nothing else."""
        match = _FILE.match(self.code)
        return match["path"] if match else None


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    return [Block(m["language"], m["code"], m["output"]) for m in _BLOCK.finditer(text)]


def pages() -> list[Path]:
    """Return the pages for people."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@dataclass
class PageRun:
    """One page's code on its way: its directory, its servers, and the shell's variables."""

    directory: Path
    stack: ExitStack
    server: ExitStack = field(default_factory=ExitStack)
    origins: dict[str, str] = field(default_factory=dict)
    variables: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, block: Block) -> str | None:
        """Run a block; return its output, or None if it is none that runs."""
        if block.file is not None:
            self._write(block.file, block.code)
            return None
        if block.language == "bash":
            return self._shell(block.code)
        if block.language == "python":
            return self._execute([sys.executable, "-c", self._here(block.code)])
        if block.language == "js":
            return self._node(block.code)
        return None

    def _write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(text), encoding="utf-8")

    def _here(self, text: str) -> str:
        for documented, actual in self.origins.items():
            text = text.replace(documented, actual)
        return text

    def _shell(self, code: str) -> str | None:
        words = shlex.split(code, comments=True)
        for start in SERVE:
            if tuple(words[: len(start)]) == start:
                return self._serve(words[len(start) :])
        if words[:2] == ["understudy", "proxy"]:
            return self._proxy(words[2:])
        if words[0].startswith(NOT_RUN) or (words[0] == "node" and not has_node()):
            return None
        code = self._here(code)
        output = self._execute(["bash", "-euo", "pipefail", "-c", "\n".join([*self.variables, code])])
        self.variables += _VARIABLE.findall(code)
        self.environment.update(
            {name: shlex.split(value)[0] for name, value in _EXPORT.findall(code)}
        )
        return output

    def _serve(self, options: list[str]) -> str:
        """Start the page's server; an earlier one ends."""
        self.server.close()
        server = self.server.enter_context(running(*options, cwd=self.directory))
        self.origins[SERVER] = server.url
        return self._documented(server.banner)

    def _proxy(self, arguments: list[str]) -> None:
        """Start a proxy that runs until the page ends."""
        upstream, *options = (self._here(argument) for argument in arguments)
        self.origins[PROXY] = self.stack.enter_context(proxying(upstream, *options)).url

    def _node(self, code: str) -> str | None:
        if not has_node():
            return None
        self._write("program.mjs", code)
        return self._execute(["node", "program.mjs"])

    def _execute(self, command: list[str]) -> str:
        programs = self.directory / "bin"
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.directory,
            env={**os.environ, **self.environment, "PATH": path},
            timeout=300,
        )
        if done.returncode:
            raise AssertionError(f"exit code {done.returncode}:\n{command[-1]}\n{done.stdout}")
        return self._documented(done.stdout)

    def _documented(self, output: str) -> str:
        """The output with the origins that the page has."""
        for documented, actual in self.origins.items():
            output = output.replace(actual, documented)
        return output


@contextmanager
def page_run(directory: Path) -> Iterator[PageRun]:
    """A place to run a page in, with `understudy`, `python` and `pytest` as commands, and the npm
    packages of the tests, if they are there."""
    programs = {"understudy": UNDERSTUDY, "python": [sys.executable]}
    programs["pytest"] = [sys.executable, "-m", "pytest"]
    (directory / "bin").mkdir()
    for name, command in programs.items():
        program = directory / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        program.chmod(0o755)
    if NODE_MODULES.is_dir():
        (directory / "node_modules").symlink_to(NODE_MODULES)
    with ExitStack() as stack:
        run = PageRun(directory, stack)
        stack.callback(lambda: run.server.close())
        yield run


NODE_MODULES = ROOT / "tests/clients/node_modules"


def has_node() -> bool:
    """Return whether Node and the npm clients are there."""
    return shutil.which("node") is not None and NODE_MODULES.is_dir()


def matches(expected: str, output: str) -> bool:
    """Return whether the output is as the page shows it; `...` stands for any text."""
    pattern = ".*?".join(re.escape(part) for part in expected.strip().split("..."))
    return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None
