"""The files of npm packages that the pages use are those of the manifest, with their licences."""

from __future__ import annotations

import hashlib
import json

from tests.support.server import ROOT

VENDOR = ROOT / "understudy/web/static/vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())


def test_vendored_files_are_those_of_the_manifest() -> None:
    """No file was edited by hand, and none is there that the manifest does not have."""
    listed = {
        name: file["sha256"]
        for package in MANIFEST.values()
        for name, file in package["files"].items()
    }
    there = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert there == listed


def test_vendored_packages_have_licences() -> None:
    """Each has a version, an integrity, and the text of a licence that permits to pass it on."""
    for name, package in MANIFEST.items():
        assert package["version"], name
        assert package["integrity"].startswith("sha512-"), name
        assert package["licence"] in ("MIT", "BSD-3-Clause", "Apache-2.0", "ISC"), name
        texts = [(VENDOR / file).read_text() for file in package["files"] if "LICENSE" in file]
        assert len(texts) == 1, name
        assert "Copyright" in texts[0], name
