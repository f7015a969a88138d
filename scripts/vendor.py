"""Take the plain files of npm packages that the pages use into understudy/web/static/vendor/.

`manifest.json` there names each package with its version, its integrity (as in npm's lock files)
and its files with their hashes. What npm gives must have that integrity. To add a package or to
take another version, write the version and the files into the manifest, and use --pin. Every
package has a file with its licence.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parents[1] / "understudy/web/static/vendor"
MANIFEST = VENDOR / "manifest.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files of all packages; return 1 if one is not what the manifest says."""
    parser = argparse.ArgumentParser(prog="scripts/vendor", description=__doc__)
    parser.add_argument("--pin", action="store_true", help="write the hashes into the manifest")
    options = parser.parse_args(arguments)
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    contents: dict[str, bytes] = {}
    for name, package in manifest.items():
        archive = _archive(f"{name}@{package['version']}")
        files = _files(archive, package)
        if options.pin:
            _pin(package, archive, files)
        problem = _problem(package, archive, files)
        if problem:
            print(f"{name} {package['version']}: {problem}", file=sys.stderr)
            return 1
        contents |= files
    for target, content in contents.items():
        (VENDOR / target).write_bytes(content)
    if options.pin:
        MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return 0


def _archive(package: str) -> bytes:
    """Return the archive of a package as npm gives it."""
    with tempfile.TemporaryDirectory() as directory:
        command = ["npm", "pack", "--silent", "--pack-destination", directory, package]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (file,) = Path(directory).iterdir()
        return file.read_bytes()


def _files(archive: bytes, package: dict[str, Any]) -> dict[str, bytes]:
    """Return the contents of a package's files by their names here."""
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        members = {name: tar.extractfile(f"package/{f['from']}") for name, f in _named(package)}
        return {name: member.read() for name, member in members.items() if member}


def _named(package: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    return list(package["files"].items())


def _pin(package: dict[str, Any], archive: bytes, files: dict[str, bytes]) -> None:
    """Write the integrity of the archive and the hashes of the files into a package's entry."""
    package["integrity"] = integrity_of(archive)
    for name, file in _named(package):
        file["sha256"] = hashlib.sha256(files[name]).hexdigest()


def _problem(package: dict[str, Any], archive: bytes, files: dict[str, bytes]) -> str:
    """Return what differs from the manifest; empty if nothing does."""
    if package.get("integrity") != integrity_of(archive):
        return "the archive has another integrity"
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    wrong = [name for name, file in _named(package) if file.get("sha256") != hashes.get(name)]
    return f"{', '.join(wrong)}: another hash" if wrong else ""


def integrity_of(archive: bytes) -> str:
    """Return the integrity of an archive as npm writes it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(archive).digest()).decode()}"


if __name__ == "__main__":
    raise SystemExit(main())
