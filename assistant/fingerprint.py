"""Hashes of files on disk, by which a changed folder is told from the same one. Knows nothing of what the files hold."""

import hashlib
from pathlib import Path


def folder_fingerprint(*folders: Path) -> str:
    """A hash of the names and contents of all files below the folders; hidden files do not count, a missing folder is empty."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if path.is_file() and not path.name.startswith("."):
                name = f"{path.relative_to(folder)}\0".encode("utf-8", "surrogateescape")
                digest.update(name + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
