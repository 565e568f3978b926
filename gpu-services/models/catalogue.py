"""The catalogue of model files: what to fetch, from which package, and how to know that it is right."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

CATALOGUE_FILE = Path(__file__).with_name("catalogue.json")


@dataclass(frozen=True)
class Package:
    registry: str
    name: str
    version: str
    bytes: int
    sha256: str

    @property
    def file_name(self) -> str:
        if self.registry == "npm":
            return f"{self.name}-{self.version}.tgz"
        return f"{self.name.replace('-', '_')}-{self.version}-py3-none-any.whl"


@dataclass(frozen=True)
class Member:
    package: str
    member: str


@dataclass(frozen=True)
class ModelFile:
    """One file under the models directory, made of one or more package members, one after the other."""

    path: str
    bytes: int
    sha256: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    licence: str
    source: str
    optional: bool
    packages: tuple[Package, ...]
    files: tuple[ModelFile, ...]

    @property
    def download_bytes(self) -> int:
        return sum(package.bytes for package in self.packages)

    @property
    def digest(self) -> str:
        """Changes whenever any wanted file changes: a marker with another digest is out of date."""
        text = "\n".join(f"{file.path} {file.sha256}" for file in self.files)
        return hashlib.sha256(text.encode()).hexdigest()


def load_catalogue(path: Path = CATALOGUE_FILE) -> tuple[Part, ...]:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Part(
            id=part["id"],
            title=part["title"],
            licence=part["licence"],
            source=part["source"],
            optional=part.get("optional", False),
            packages=tuple(Package(**package) for package in part["packages"]),
            files=tuple(
                ModelFile(
                    path=file["path"],
                    bytes=file["bytes"],
                    sha256=file["sha256"],
                    members=tuple(Member(**member) for member in file["members"]),
                )
                for file in part["files"]
            ),
        )
        for part in raw["parts"]
    )


def default_models_dir() -> Path:
    """`PARLEY_MODELS_DIR`, or the per-user cache that clones of the project share."""
    given = os.environ.get("PARLEY_MODELS_DIR")
    if given:
        return Path(given).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "parley" / "models"


def is_complete(part: Part, directory: Path) -> bool:
    """True when a marker of the wanted files is there and each file has its size."""
    marker = marker_path(part, directory)
    try:
        digest = json.loads(marker.read_text(encoding="utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if digest != part.digest:
        return False
    return all(has_size(directory / file.path, file.bytes) for file in part.files)


def marker_path(part: Part, directory: Path) -> Path:
    return directory / ".complete" / f"{part.id}.json"


def has_size(path: Path, expected_bytes: int) -> bool:
    try:
        return path.stat().st_size == expected_bytes
    except OSError:
        return False
