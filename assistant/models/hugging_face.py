"""Models on Hugging Face: what one consists of, and fetching it into the hub's own cache.

Large files are fetched by hand, because the hub's client starts a file from nothing after an interruption: each grows beside its place,
is checked by its hash and only then moved in. The client then finds it there and does the rest.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.models.candidate import SMALL_FILES, UNCHANGED
from assistant.models.hub import File, Listing, Report
from assistant.models.hub_errors import asking
from assistant.models.source import UNWANTED, WANTED

TIMEOUT = 20
PARTIAL = ".assistant.incomplete"  # the hub's own tools know *.incomplete and can clear it away


class HuggingFace:
    @property
    def cache(self) -> Path:
        from huggingface_hub import constants

        return Path(constants.HF_HUB_CACHE).expanduser()

    def listing(self, name: str) -> Listing:
        from huggingface_hub import HfApi

        with asking(name):
            api = HfApi()
            info = api.model_info(name, files_metadata=True, timeout=TIMEOUT)
        files = tuple(File(one.rfilename, one.size or 0, one.lfs.sha256 if one.lfs else "") for one in info.siblings or ())
        licence = next((tag.removeprefix("license:") for tag in info.tags or () if tag.startswith("license:")), "")
        return Listing(name, api.endpoint, info.sha or "main", files, licence, info.safetensors.total if info.safetensors else 0)

    def read_small(self, listing: Listing, folder: Path) -> None:
        from huggingface_hub import hf_hub_download

        there = {file.name for file in listing.files}
        with asking(listing.name):
            for file in SMALL_FILES:
                if file in there:
                    hf_hub_download(listing.name, file, revision=listing.revision, local_dir=folder, etag_timeout=TIMEOUT)

    def missing(self, listing: Listing) -> int:
        return sum(file.size - self._there(listing, file) for file in listing.wanted)

    def fetch(self, listing: Listing, report: Report) -> Path:
        from huggingface_hub import snapshot_download

        with asking(listing.name):
            for file in listing.wanted:
                if file.sha256:
                    self._fetch_large(listing, file, report)
            folder = Path(snapshot_download(listing.name, allow_patterns=WANTED, ignore_patterns=UNWANTED, etag_timeout=TIMEOUT))
        report(sum(file.size for file in listing.wanted if not file.sha256))
        return folder

    def _place(self, listing: Listing) -> Path:
        return self.cache / _folder(listing)

    def _there(self, listing: Listing, file: File) -> int:
        """Bytes of a file that are on disk already."""
        place = self._place(listing)
        blob = place / "blobs" / file.sha256
        kept = (blob, blob.with_name(blob.name + PARTIAL)) if file.sha256 else (place / "snapshots" / listing.revision / file.name,)
        return next((min(path.stat().st_size, file.size) for path in kept if path.is_file()), 0)

    def _fetch_large(self, listing: Listing, file: File, report: Report) -> None:
        from filelock import FileLock, Timeout

        blob = self._place(listing) / "blobs" / file.sha256
        if blob.exists():
            return
        partial = blob.with_name(blob.name + PARTIAL)
        lock = self.cache / ".locks" / _folder(listing) / f"{blob.name}.assistant.lock"
        for path in (blob, lock):
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(lock, timeout=0):
                _fetch(listing, file, partial, report)
                if _sha256(partial) != file.sha256:
                    partial.unlink()
                    raise ModelError(f"{file.name} of {listing.name} came damaged and was thrown away; run the same command again; {UNCHANGED}")
                os.replace(partial, blob)
        except Timeout:
            raise ModelError(f"another program is fetching {listing.name} just now; wait until it is done; {UNCHANGED}") from None


def _folder(listing: Listing) -> str:
    """Where the hub's cache keeps a model."""
    return f"models--{listing.name.replace('/', '--')}"


def _fetch(listing: Listing, file: File, partial: Path, report: Report) -> None:
    """Fetch what is missing of a file behind what there is of it."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    if partial.exists() and partial.stat().st_size > file.size:
        partial.unlink()
    with partial.open("ab") as out:
        http_get(
            hf_hub_url(listing.name, file.name, revision=listing.revision, endpoint=listing.address), out, resume_size=out.tell(),
            headers=build_hf_headers(), expected_size=file.size, displayed_filename=file.name, tqdm_class=_bar(report),
        )  # fmt: skip
        out.flush()
        os.fsync(out.fileno())


def _bar(report: Report) -> Any:
    """What the hub's client takes as a progress bar."""

    class Bar:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None: ...

        def update(self, count: float | None = 1) -> None:
            report(int(count or 0))

    return Bar


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
