"""Options by environment variables and by a file, for every command."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.support.documents import PETSTORE
from tests.support.server import run, running
from understudy import cli
from understudy.commands.configuration import ISOLATED, parse
from understudy.commands.configuration.environment import variable_of
from understudy.commands.configuration.setting import settable
from understudy.stand_in import StandInServer


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty current directory, without variables for options."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("UNDERSTUDY_")]:
        monkeypatch.delenv(name)
    return tmp_path


def options(
    *arguments: str, environment: Mapping[str, str] | None = None, command: str = "serve"
) -> argparse.Namespace:
    """Return the options of a command line in the current directory."""
    return parse(*cli._parser(), [command, *arguments], environment or {})[0]


def refusal(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one line with which a command does not run."""
    assert cli.main(arguments) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err.removeprefix("understudy: ").rstrip("\n")


def test_server_is_described_by_variables_and_a_file(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to serve, in the file; the token, in a variable. The banner says where it looked."""
    (directory / "pets.yaml").write_text(PETSTORE)
    (directory / "understudy.toml").write_text('[serve]\nsources = ["pets.yaml"]\nport = 1\n')
    monkeypatch.setenv("UNDERSTUDY_TOKEN", "s3cret")
    with running() as server:
        assert httpx.get(f"{server.url}/pets/p1").json() == {"name": "Rex"}
        assert httpx.get(f"{server.url}/_understudy/settings").status_code == 403
    sources = "UNDERSTUDY_TOKEN, serve.sources in understudy.toml"
    assert f"\nOptions also come from {sources}\n" in server.banner


def test_command_line_wins_over_environment_over_file(directory: Path) -> None:
    """Option by option; values of a repeatable one are replaced, not added."""
    (directory / "understudy.toml").write_text(
        '[serve]\nhost = "file"\nport = 1\nstrict = true\nlog_level = "info"\n'
        'api-key = {a = "1", b = ["2", "3"]}\nallow-refs = ["x", "y"]\n'
    )
    environment = {
        "UNDERSTUDY_PORT": "2",
        "UNDERSTUDY_HOST": "variable",
        "UNDERSTUDY_STRICT": "false",
        "UNDERSTUDY_ALLOW_REFS": "v,w",
    }
    given = options("--port", "3", "--allow-refs", "z", environment=environment)
    assert (given.host, given.port, given.strict) == ("variable", 3, False)
    assert given.log_level == "info"
    assert given.allow_refs == ["z"]
    assert given.api_key == [("a", "1"), ("b", "2"), ("b", "3")]
    assert (given.workers, given.persona, given.sources) == (1, [], [])
    assert options(environment=environment).allow_refs == ["v", "w"]


def test_lists_are_separated_by_commas_or_newlines(directory: Path) -> None:
    """Newlines are for values with commas; an empty variable sets nothing."""
    environment = {
        "UNDERSTUDY_SOURCES": "a.yaml, b.yaml,",
        "UNDERSTUDY_API_KEY": "zep=k,1\nzep=k2\n",
        "UNDERSTUDY_PORT": "",
    }
    given = options(environment=environment)
    assert given.sources == [Path("a.yaml"), Path("b.yaml")]
    assert given.api_key == [("zep", "k,1"), ("zep", "k2")]
    assert given.port == 3000


def test_required_options_may_stand_elsewhere(directory: Path) -> None:
    """`check --api`, in pyproject.toml; other tables of that are not looked at."""
    (directory / "pyproject.toml").write_text(
        '[tool.ruff]\nline-length = 3\n[tool.understudy.check]\napi = "zep"\nrate = 5\n'
    )
    given = options("http://127.0.0.1:1", command="check")
    assert (given.api, given.rate, given.url) == ("zep", 5, "http://127.0.0.1:1")


def test_option_of_an_exclusive_group_replaces_the_other(directory: Path) -> None:
    """A token's file on the command line wins over the variable with the token."""
    environment = {"UNDERSTUDY_TOKEN": "s3cret"}
    given = options("--token-file", "f", environment=environment)
    assert (given.token, given.token_file) == (None, Path("f"))


def test_file_can_be_named(directory: Path) -> None:
    """By the option or the variable; then those of the current directory are not read."""
    (directory / "understudy.toml").write_text("[serve]\nport = 1\n")
    (directory / "other.toml").write_text('[serve]\nhost = "other"\n')
    for given in (
        options("--config", "other.toml"),
        options("--config=other.toml"),
        options(environment={"UNDERSTUDY_CONFIG": "other.toml"}),
    ):
        assert (given.host, given.port) == ("other", 3000)
    assert options(*ISOLATED).port == 3000


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PORT": "x"}, "UNDERSTUDY_PORT: 'x' is not a port: give a number from 0 to 65535"),
        ({"STRICT": "maybe"}, "UNDERSTUDY_STRICT: 'maybe' is neither true nor false"),
        ({"LOG_LEVEL": "loud"}, "UNDERSTUDY_LOG_LEVEL: 'loud' is none of critical, error,"),
        ({"PERSONA": "zep"}, "UNDERSTUDY_PERSONA: 'zep' does not look like API=VALUE"),
        ({"TOKEN": ""}, "UNDERSTUDY_TOKEN: the token is empty"),
        (
            {"TOKEN": "a", "TOKEN_FILE": "b"},
            "UNDERSTUDY_TOKEN and UNDERSTUDY_TOKEN_FILE exclude each other: keep one",
        ),
        ({"CONFIG": "no.toml"}, "no.toml cannot be read: No such file or directory"),
    ],
)
def test_wrong_variable_is_named(
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    variables: dict[str, str],
    message: str,
) -> None:
    """Before anything is served."""
    for name, value in variables.items():
        monkeypatch.setenv(f"UNDERSTUDY_{name}", value)
    assert message in refusal(capfd, "serve")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[serve]\nprot = 1",
            "serve.prot: `understudy serve` has no option 'prot'; did you mean 'port'",
        ),
        ("[serve]\nzz = 1", "serve.zz: `understudy serve` has no option 'zz'; there are "),
        ('[serve]\nport = "x"', "serve.port in understudy.toml: 'x' is not a port"),
        ("[serve]\nport = [1]", "serve.port in understudy.toml: give a text or a number"),
        ("[serve]\nstrict = 1", "serve.strict in understudy.toml: give true or false"),
        ("[serve]\npersona = [[1]]", "or an array of them, or a table, as in {petstore ="),
        ("port = 1", "understudy.toml: port stands in no section: put it below [serve]"),
        ("[server]\nport = 1", "there is no command 'server'; did you mean 'serve'?"),
        ("serve = 1", "understudy.toml: serve is not a table: give [serve]"),
        ("[serve", "understudy.toml is not TOML: "),
    ],
)
def test_wrong_file_is_told(
    directory: Path, capfd: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    """In one sentence, with the file, the key, and what is allowed."""
    (directory / "understudy.toml").write_text(text)
    assert message in refusal(capfd, "serve")


def test_errors_of_a_command_say_where_its_options_come_from(
    directory: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The option that the sentence names, or else all that do not stand on the command line."""
    (directory / "understudy.toml").write_text(
        '[routes]\nsources = "no.yaml"\n[serve]\nport = 0\nstore = "x"\n'
    )
    assert refusal(capfd, "routes").endswith(
        "(options also come from routes.sources in understudy.toml)"
    )
    served = run("serve", cwd=directory)
    assert served.returncode == 2
    assert "--store: 'x' is no store" in served.stderr
    assert served.stderr.endswith("(it comes from serve.store in understudy.toml)\n")


def test_unknown_variable_is_warned_of(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not those of other commands or of Kubernetes, nor its address in the place of the port."""
    for name, value in {
        "PROT": "1",
        "URL": "http://127.0.0.1:1",
        "COMMAND": "understudy",
        "SERVICE_HOST": "10.0.0.1",
        "PORT": "tcp://10.0.0.1:3000",
        "PORT_3000_TCP": "tcp://10.0.0.1:3000",
        "BASELINE": "report.json",
    }.items():
        monkeypatch.setenv(f"UNDERSTUDY_{name}", value)
    (directory / "pets.yaml").write_text(PETSTORE)
    assert cli.main(["routes", "pets.yaml"]) == 0
    out, err = capfd.readouterr()
    assert "getPet" in out
    assert err == "warning: UNDERSTUDY_PROT sets no option; did you mean UNDERSTUDY_PORT?\n"


def test_help_names_the_variable_of_each_option(capfd: pytest.CaptureFixture[str]) -> None:
    """And the sections of the files."""
    _, commands = cli._parser()
    for name, command in commands.choices.items():
        assert cli.main([name, "--help"]) == 0
        text = capfd.readouterr().out
        for option in settable(command).values():
            assert f"[{variable_of(option)}]" in text
        assert f"[tool.understudy.{name}]" in " ".join(text.split())


@pytest.mark.parametrize("in_process", [True, False])
def test_stand_in_of_a_test_session_takes_none_of_it(
    directory: Path, monkeypatch: pytest.MonkeyPatch, in_process: bool
) -> None:
    """What its tests see follows from pytest's options, on every machine."""
    (directory / "pets.yaml").write_text(PETSTORE)
    (directory / "understudy.toml").write_text('[serve]\nhost = "no.such.host"\nport = 1\n')
    monkeypatch.setenv("UNDERSTUDY_TOKEN", "s3cret")
    monkeypatch.setenv("UNDERSTUDY_LOG_LEVEL", "loud")
    server = StandInServer.open(directory / "pets.yaml", in_process=in_process)
    try:
        with server.control("n") as control:
            assert control.requests() == []
        with httpx.Client(transport=server.transport) as http:
            assert http.get(f"{server.origin}/pets/p1").is_success
    finally:
        server.close()
