"""Models on ModelScope: what one consists of, and fetching it into ModelScope's own cache. The package resumes files and checks their hashes itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.models.candidate import SMALL_FILES, UNCHANGED
from assistant.models.catalogue import hint
from assistant.models.hub import File, Listing, Report
from assistant.models.source import UNWANTED, WANTED

PREFIX = "modelscope:"


class ModelScope:
    @property
    def cache(self) -> Path:
        return Path(os.environ.get("MODELSCOPE_CACHE") or "~/.cache/modelscope").expanduser()

    def listing(self, name: str) -> Listing:
        with _asking(name):
            from modelscope.hub.api import HubApi  # type: ignore[import-not-found, import-untyped, unused-ignore]

            rows = HubApi().get_model_files(name.removeprefix(PREFIX), recursive=True)
        files = tuple(File(str(row["Path"]), int(row.get("Size") or 0)) for row in rows if row.get("Type") != "tree")
        return Listing(name, os.environ.get("MODELSCOPE_ENDPOINT", "https://modelscope.cn"), "master", files)

    def read_small(self, listing: Listing, folder: Path) -> None:
        there = {file.name for file in listing.files}
        with _asking(listing.name):
            from modelscope.hub.file_download import model_file_download  # type: ignore[import-not-found, import-untyped, unused-ignore]

            for file in SMALL_FILES:
                if file in there:
                    model_file_download(listing.name.removeprefix(PREFIX), file, local_dir=str(folder))

    def missing(self, listing: Listing) -> int:
        try:
            folder = self._snapshot(listing, local_files_only=True)
        except Exception:  # nothing of it is there; the package documents no error types
            return listing.bytes
        return sum(file.size - _there(folder / file.name, file.size) for file in listing.wanted)

    def fetch(self, listing: Listing, report: Report) -> Path:
        with _asking(listing.name):
            return self._snapshot(listing, progress_callbacks=[_bar(report)])

    def _snapshot(self, listing: Listing, **how: Any) -> Path:
        from modelscope import snapshot_download  # type: ignore[import-not-found, import-untyped, unused-ignore]

        return Path(snapshot_download(listing.name.removeprefix(PREFIX), allow_patterns=WANTED, ignore_patterns=UNWANTED, **how))


def _there(path: Path, size: int) -> int:
    kept = (path, path.with_name(path.name + ".incomplete"))
    return next((min(one.stat().st_size, size) for one in kept if one.is_file()), 0)


def _bar(report: Report) -> Any:
    from modelscope.hub.callback import ProgressCallback  # type: ignore[import-not-found, import-untyped, unused-ignore]

    class Bar(ProgressCallback):  # type: ignore[misc, unused-ignore]
        def update(self, size: int) -> None:
            report(size)

    return Bar


@contextmanager
def _asking(name: str) -> Iterator[None]:
    """Around requests: what goes wrong becomes one line. The package documents no error types, so they are told apart by name and text."""
    try:
        yield
    except ModelError:
        raise
    except ImportError:
        raise ModelError(f"{name} needs the package modelscope: pip install 'assistant[modelscope]'; {UNCHANGED}") from None
    except KeyboardInterrupt:
        raise ModelError(f"stopped; what has come of {name} is kept, and the same command goes on from there; {UNCHANGED}") from None
    except Exception as error:
        kinds = {kind.__name__ for kind in type(error).__mro__}
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if "NotExistError" in kinds or "404" in first:
            raise ModelError(f"ModelScope has no model {name.removeprefix(PREFIX)!r}; {hint(name)}; {UNCHANGED}") from None
        if kinds & {"ConnectionError", "NetworkError", "Timeout"}:
            raise ModelError(f"ModelScope does not answer; check the network, or copy {name} here and give its folder; {UNCHANGED}") from None
        raise ModelError(f"{name} could not be fetched: {first}; the same command goes on from there; {UNCHANGED}") from None
