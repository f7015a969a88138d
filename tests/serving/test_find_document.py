"""What the name of an API means: all commands share it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.documents import PETSTORE
from tests.support.server import run
from understudy.errors import UsageError
from understudy.serving.project import bundled, find, find_document, load, names


def project(directory: Path, *names: str) -> Path:
    """Write a project with an API of each name, and return its directory."""
    (directory / "specs").mkdir(parents=True)
    for name in names:
        (directory / "specs" / f"{name}.yaml").write_text(PETSTORE)
    (directory / "specs" / "pets.arazzo.yaml").write_text("{}")  # no document
    return directory


@pytest.mark.parametrize(
    ("api", "document"),
    [
        (".", "specs/pets.yaml"),
        ("pets", "specs/pets.yaml"),
        ("specs/pets.yaml", "specs/pets.yaml"),
        ("two/cats", "two/specs/cats.yaml"),
        ("two/../two/dogs", "two/../two/specs/dogs.yaml"),
        ("one", "one/specs/zep.yaml"),
        ("zep", str(bundled() / "specs/zep.yaml")),
        ("https://example.com/pets.yaml", "https://example.com/pets.yaml"),
    ],
)
def test_api_is_found(
    api: str, document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name here or among the bundled ones, by its project, path or URL."""
    project(project(tmp_path, "pets") / "two", "cats", "dogs")
    project(tmp_path / "one", "zep")
    monkeypatch.chdir(tmp_path)
    assert str(find_document(api)) == document


@pytest.mark.parametrize(
    ("api", "message"),
    [
        ("two", "two has 2 APIs: name one of two/cats, two/dogs"),
        (
            "pest",
            "there is no API 'pest'; did you mean 'pets'? There are eliza, zep, zep4, pets; or",
        ),
        ("two/dog", "there is no API 'two/dog'; did you mean 'dogs'? There are cats, dogs; or"),
        ("none/pets", "there is no API 'none/pets'; did you mean 'pets'? There are eliza, zep"),
    ],
)
def test_api_that_is_not_there_is_told_what_there_is(
    api: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what comes closest."""
    project(project(tmp_path, "pets") / "two", "cats", "dogs")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        find_document(api)
    assert str(caught.value).startswith(message)


def test_diff_takes_the_directory_of_a_project(tmp_path: Path) -> None:
    """As `check` and `proxy` do."""
    project(tmp_path, "pets")
    completed = run("diff", ".", "pets", cwd=tmp_path)
    assert (completed.returncode, completed.stderr) == (0, "")


def test_all_commands_take_the_name_of_an_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is served alone, with its handlers; one that shares the state of another, with that."""
    directory = project(tmp_path / "two", "cats", "dogs")
    (directory / "handlers").mkdir()
    (directory / "handlers" / "cats.py").write_text("def get_pet(world, pet_id): return {}")
    (directory / "handlers" / "dogs.py").write_text("STATE_OF = 'cats'")
    monkeypatch.chdir(tmp_path)
    (cats,) = load([find("two/cats")])
    (operation,) = cats.contract.operations
    assert cats.handler(operation) is not None
    assert [api.name for api in load([find("two/dogs")])] == ["dogs", "cats"]
    assert [api.name for api in load([find("zep"), find("two")])] == ["zep", "cats", "dogs"]
    assert names([find("zep4"), find("two/dogs")]) == ["zep4", "dogs"]
    routes = run("routes", "two/cats", cwd=tmp_path)
    assert routes.stdout.split() == ["cats", "GET", "/pets/{petId}", "getPet", "handler"]
    assert run("lint", "eliza", "--severity", "error", cwd=tmp_path).returncode == 0
