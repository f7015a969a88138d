"""README.md and docs/*.md: the code of each page runs as it is printed.

The blocks of a page run in order, in a directory of their own. `./scripts/serve` and `understudy
serve` start the page's server, `understudy proxy` its proxy, on free ports; the addresses in the
other blocks are replaced. A block is run by its language:

bash    by bash; variables and exports remain for later blocks
python  by Python
js      by Node; without Node or the npm clients the test is skipped after all other blocks ran
any     with a path as a comment in its first line, such as `# shop/handlers/orders.py`: it is
        written to that file, for commands in later blocks

A `text` block directly below a block is its output; `...` stands for any text.

Not run are
- `text`: output and listings; `py`, `toml` and `yaml` without a path: excerpts that are not whole
  programs or files;
- commands that install (`pip`, `npm`, `git`): the environment of the tests has these packages.
  Which client of Zep the next programs use follows from the last one;
- programs in scripts/ but `./scripts/serve`: they install something, or take minutes.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import understudy
from tests.differential.connexion_defects import DEFECTS
from tests.mutants import eliza as mutants_of_eliza
from tests.mutants import zep as mutants_of_zep
from tests.mutants import zep4 as mutants_of_zep4
from tests.support.doc_pages import blocks_of, doc_pages, output_matches, page_run
from tests.support.server import ROOT, run
from understudy.app import MiddlewarePosition
from understudy.conformance.arazzo.workflow import rules_of
from understudy.openapi import extensions
from understudy.openapi.contract import Contract
from understudy.serving.api import ApiHooks
from understudy.serving.project import documents, load

README = ROOT / "README.md"


@pytest.mark.parametrize("page", doc_pages(), ids=lambda page: page.name)
def test_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    """Each block succeeds, and its output is as the page shows it."""
    blocks = blocks_of(page)
    with page_run(tmp_path) as run:
        for block in blocks:
            output = run.run(block)
            if output is None:
                continue
            assert "traceback" not in output.lower(), f"{block.code}\n{output}"
            if block.output is not None:
                assert output_matches(block.output, output), f"{block.code}\n{output}"
    if run.is_partial:
        pytest.skip("the other blocks did run, but some need clients: run scripts/clients first")


def test_readme_starts_with_the_first_command() -> None:
    """`./scripts/serve` is within the first 12 lines, and the page is short."""
    lines = README.read_text(encoding="utf-8").splitlines()
    assert "./scripts/serve" in lines[:12]
    assert len(lines) <= 150


@pytest.mark.parametrize("page", doc_pages(), ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Files and headings that a page links to exist, and so do the paths that it names."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!http)([^)]+)\)", text):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link
    for path in re.findall(r"`((?:scripts|specs|examples|tests|benchmarks)/[\w./-]+)`", text):
        assert (ROOT / path).exists() or "node_modules" in path, path


def _anchors(page: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub creates them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_readme_links_to_every_page() -> None:
    """It has a link to every page of docs/."""
    text = README.read_text(encoding="utf-8")
    for page in doc_pages():
        assert page == README or f"](docs/{page.name})" in text


def test_readme_counts_operations() -> None:
    """The numbers of operations in the limits are those of the documents."""
    text = README.read_text(encoding="utf-8")
    for api in load([]):
        assert f"{len(api.contract.operations)} of {api.contract.title}'s" in text
    stateful = {a.name: len([o for o in a.contract.operations if a.handler(o)]) for a in load([])}
    assert f"The other {stateful['zep4']} of v4 and {stateful['zep']} of v2 and v3" in text


def test_pages_count_rules_points_mutants_and_defects() -> None:
    """Numbers that change with the repository are those of the repository."""
    text = {page.name: page.read_text(encoding="utf-8") for page in doc_pages()}
    contracts = [Contract.load(path) for path in documents()]
    rules = {each.name: len(rules_of(each, each.path)) for each in contracts}
    counts = [f"{rules[each.name]} for {each.title}" for each in contracts]
    assert f"({counts[1]}, {counts[2]}, {counts[0]})" in text["README.md"]
    for name, number in rules.items():
        assert f"`{name}` ({number} rules)" in text["check.md"]
    eliza = next(each for each in contracts if each.name == "eliza")
    assert f"in {len(eliza.disagreements)} points" in text["clients.md"]
    modules = (mutants_of_zep, mutants_of_zep4, mutants_of_eliza)
    mutants = [len(module.MUTANTS) for module in modules]
    assert "in {}, {} and {} small ways".format(*mutants) in text["check.md"]
    assert f"one of {len(DEFECTS)} written defects" in text["performance.md"]


def test_control_page_has_every_operation() -> None:
    """Each path of the control API is in its page."""
    text = (ROOT / "docs/control-api.md").read_text(encoding="utf-8")
    contract = Contract.load(ROOT / "understudy/control/openapi.yaml")
    missing = [
        f"{operation.method} {operation.path}"
        for operation in contract.operations
        if f"`{operation.method} {re.sub('{.*?}', operation_name, operation.path)}`" not in text
    ]
    assert not missing


def operation_name(match: re.Match[str]) -> str:
    """Return a path parameter as the page writes it: `{name}` as NAME."""
    return match[0].strip("{}").upper()


def test_handlers_page_has_every_hook() -> None:
    """It has all hooks, extensions of documents, positions of middlewares and names to import."""
    text = (ROOT / "docs/handlers.md").read_text(encoding="utf-8")
    hooks = [*ApiHooks.__annotations__, *(n for n in vars(ApiHooks) if not n.startswith("_"))]
    positions = [position.name for position in MiddlewarePosition]
    names = [name for name in vars(extensions).values() if str(name).startswith("x-understudy-")]
    wanted = (*hooks, *positions, *names, *understudy.__all__)
    missing = [name for name in wanted if f"`{name}`" not in text]
    assert not missing


@pytest.mark.parametrize(
    ("command", "page"),
    [
        ("serve", "clients.md"),
        ("proxy", "traffic.md"),
        ("check", "check.md"),
        ("coverage", "coverage.md"),
    ],
)
def test_page_of_a_command_has_every_option(command: str, page: str) -> None:
    """Each option that `--help` lists is on the page."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z-]+", run(command, "--help").stdout)) - {"--help"}
    assert [option for option in sorted(options) if f"`{option}" not in text] == []
