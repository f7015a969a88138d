"""Markdown pages whose code runs: README.md and docs/*.md."""

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

from tests.support.coverage import unmeasured
from tests.support.proxy_process import proxying
from tests.support.server import ROOT, UNDERSTUDY, running
from tests.support.timeouts import PROGRAM_TIMEOUT

#: The addresses of the server and of the proxy on the pages.
SERVER, PROXY = "http://127.0.0.1:3000", "http://127.0.0.1:3001"

#: Programs that install something: they are not run.
INSTALLERS = frozenset({"pip", "npm", "git"})

NODE_MODULES = ROOT / "tests/clients/node_modules"
SITE_PACKAGES = ROOT / "tests/clients/python"

#: What a page installs, and where it is for tests: a directory of scripts/python-clients, or the
#: name of an npm package. What is not here is in .venv, or in node_modules by its own name.
INSTALLED = {
    "zep-cloud": "zep-cloud-4.0.1",
    "zep-cloud<4": "zep-cloud-3.30.0",
    "@getzep/zep-cloud@3.30.0": "zep-cloud-3",
}

_BLOCK = re.compile(
    r"^```(?P<language>\w+)\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_FILE = re.compile(r"(?:#|//) (?P<path>[\w./-]+\.\w+)\n")
_VARIABLE = re.compile(r"^(?:export )?(\w+)=", re.MULTILINE)
_EXPORT = re.compile(r"^export (\w+)=(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code, and its output: the text block directly below it, if there is one."""

    language: str
    code: str
    output: str | None

    @property
    def file(self) -> str | None:
        """The path in its first line, if that is a comment that holds only a path."""
        match = _FILE.match(self.code)
        return match["path"] if match else None


def doc_pages() -> list[Path]:
    """Return README.md and the pages of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    return [Block(m["language"], m["code"], m["output"]) for m in _BLOCK.finditer(text)]


def has_node() -> bool:
    """Return whether Node and the npm clients are installed."""
    return shutil.which("node") is not None and NODE_MODULES.is_dir()


def output_matches(expected: str, actual: str) -> bool:
    """Return whether an output is as the page shows it; `...` stands for any text."""
    pattern = ".*?".join(re.escape(part) for part in expected.strip().split("..."))
    return re.fullmatch(pattern, actual.strip(), re.DOTALL) is not None


@dataclass
class PageRun:
    """A run of one page: its directory, its servers, and what shell blocks leave for later ones."""

    directory: Path
    stack: ExitStack
    server: ExitStack = field(default_factory=ExitStack)
    #: The addresses on the page, and those of the servers that were started.
    origins: dict[str, str] = field(default_factory=dict)
    #: The names of the variables of shell blocks, and the values of those that were exported.
    variables: dict[str, None] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    #: Which client of INSTALLED the last `pip` or `npm` has installed.
    installed: dict[str, str | None] = field(default_factory=dict)
    #: Whether a program did not run, for lack of Node or of a client.
    is_partial: bool = False

    def run(self, block: Block) -> str | None:
        """Run a block; return its output, or None if it is not a program.

        Raises AssertionError if it fails.
        """
        if block.file is not None:
            self._write(block.file, block.code)
        elif not self._can_run(block):
            self.is_partial = True
        elif block.language == "bash":
            return self._run_shell(block.code)
        elif block.language == "python":
            return self._execute(["python", "-c", self._localized(block.code)])
        elif block.language == "js":
            client = self.installed.get("npm") or "@getzep/zep-cloud"
            self._write("program.mjs", block.code.replace('"@getzep/zep-cloud"', f'"{client}"'))
            return self._execute(["node", "program.mjs"])
        return None

    def _write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._localized(text), encoding="utf-8")

    def _run_shell(self, code: str) -> str | None:
        words = shlex.split(code, comments=True)
        if words[0] == "./scripts/serve":
            return self._serve(words[1:])
        if words[:2] == ["understudy", "serve"]:
            return self._serve(words[2:])
        if words[:2] == ["understudy", "proxy"]:
            self._proxy(words[2:])
            return None
        if words[0] in INSTALLERS or words[0].startswith("./scripts/"):
            self.installed[words[0]] = next(filter(None, map(INSTALLED.get, words)), None)
            return None
        return self._bash(self._localized(code))

    def _can_run(self, block: Block) -> bool:
        """Return whether what the block needs is installed for the tests."""
        if block.language == "js" or block.code.startswith("node "):
            return has_node()
        if block.language == "python" or "python " in block.code:
            return Path(self._client_packages() or ROOT).is_dir()
        return True

    def _client_packages(self) -> str:
        """Return where Python finds the client that the page installed; empty: in .venv."""
        client = self.installed.get("pip")
        return str(SITE_PACKAGES / client / "site-packages") if client else ""

    def _bash(self, code: str) -> str:
        """Run code with the variables of earlier blocks, and save its own."""
        saved = self.directory / "bin/variables"
        self.variables |= dict.fromkeys(_VARIABLE.findall(code))
        names = " ".join(self.variables)  # some are those of a single command
        save = f"{{ declare -p {names} || true; }} 2>/dev/null > {saved}" if names else ""
        load = f". {saved}" if saved.exists() else ""
        output = self._execute(["bash", "-euo", "pipefail", "-c", f"{load}\n{code}\n{save}"])
        self.exports.update({name: shlex.split(value)[0] for name, value in _EXPORT.findall(code)})
        return output

    def _serve(self, options: list[str]) -> str:
        """Start the page's server, in the place of an earlier one; return what it prints."""
        self.server.close()
        server = self.server.enter_context(running(*options, cwd=self.directory))
        self.origins[SERVER] = server.url
        return self._documented(server.banner)

    def _proxy(self, arguments: list[str]) -> None:
        """Start a proxy, which runs until the page ends."""
        upstream, *options = (self._localized(argument) for argument in arguments)
        proxy = proxying(upstream, *options, cwd=self.directory)
        self.origins[PROXY] = self.stack.enter_context(proxy).url

    def _execute(self, command: list[str]) -> str:
        path = f"{self.directory / 'bin'}{os.pathsep}{os.environ['PATH']}"
        process = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.directory,
            env={
                **unmeasured(),
                **self.exports,
                "CLIENT_PACKAGES": self._client_packages(),
                "PATH": path,
            },
            timeout=PROGRAM_TIMEOUT,
            check=False,
        )
        if process.returncode:
            raise AssertionError(
                f"exit code {process.returncode}:\n{command[-1]}\n{process.stdout}"
            )
        return self._documented(process.stdout)

    def _localized(self, text: str) -> str:
        """Replace the addresses of the page by those of its servers."""
        for documented, actual in self.origins.items():
            text = text.replace(documented, actual)
        return text

    def _documented(self, text: str) -> str:
        """Replace the addresses of the servers by those of the page."""
        for documented, actual in self.origins.items():
            text = text.replace(actual, documented)
        return text


@contextmanager
def page_run(directory: Path) -> Iterator[PageRun]:
    """Prepare a directory for the code of a page; its servers run until the block ends.

    `understudy`, `python` and `pytest` are commands there, and npm packages of the tests are found.
    """
    commands = {
        "understudy": UNDERSTUDY,
        "python": (sys.executable,),
        "pytest": (sys.executable, "-m", "pytest"),
    }
    (directory / "bin").mkdir()
    for name, command in commands.items():
        program = directory / "bin" / name
        program.write_text(
            '#!/bin/sh\nexport PYTHONPATH="${PYTHONPATH:+$PYTHONPATH:}$CLIENT_PACKAGES"\n'
            f'exec {shlex.join(command)} "$@"\n'
        )
        program.chmod(0o755)
    if NODE_MODULES.is_dir():
        (directory / "node_modules").symlink_to(NODE_MODULES)
    with ExitStack() as stack:
        run = PageRun(directory, stack)
        stack.enter_context(run.server)
        yield run
