"""Base models that are on this machine: the embedded one, Hugging Face's cache, ModelScope's. Looks at files only; opens no model, no network."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.models.source import STARTER, UNWANTED, WANTED, missing_weights, starter_folder


@dataclass(frozen=True)
class Cached:
    """``fault`` says why it cannot be used as it is; empty when it is complete. ``bytes`` is what it takes on disk."""

    name: str
    place: str
    folder: Path
    bytes: int
    fault: str = ""


def cached_models() -> list[Cached]:
    """Every base model found, the embedded one first; what is no causal language model at all is passed over."""
    starter = starter_folder()
    fetched = [model for model in (*_hugging_face(), *_modelscope()) if _writes_text(model.folder)]
    return [Cached(STARTER, "in the package", starter, _bytes(starter)), *fetched]


def _hugging_face() -> Iterator[Cached]:
    from huggingface_hub import CacheNotFound, constants, scan_cache_dir

    root = Path(constants.HF_HUB_CACHE).expanduser()
    try:
        repos = scan_cache_dir(root).repos
    except (CacheNotFound, ValueError, OSError):
        return
    scanned = {repo.repo_path for repo in repos if repo.repo_type == "model"}
    begun = {path.parents[1] for path in root.glob("models--*/blobs/*.incomplete")}
    for path in sorted(scanned | begun):
        name = path.name.removeprefix("models--").replace("--", "/")
        yield Cached(name, "Hugging Face cache", path, _bytes(path), _hub_fault(name, path in begun))


def _hub_fault(name: str, begun: bool) -> str:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, local_files_only=True, allow_patterns=WANTED, ignore_patterns=UNWANTED))
    except LocalEntryNotFoundError:
        return "half fetched" if begun else "not complete"
    return _fault(folder)


def _fault(folder: Path) -> str:
    if not (folder / "config.json").is_file():
        return "no config.json"
    if not any(folder.glob("*.safetensors")):
        return "no safetensors weights"
    try:
        missing = missing_weights(folder)
    except ModelError:
        return "its index is broken"
    return f"{len(missing)} weight files missing" if missing else ""


def _writes_text(folder: Path) -> bool:
    """Embedders and classifiers share the caches; a model that writes text says so in its configuration, and a half fetched one may not have it yet."""
    configs = [*folder.glob("config.json"), *folder.glob("snapshots/*/config.json")]
    for config in configs:
        try:
            built = json.loads(config.read_text("utf-8")).get("architectures") or []
        except (OSError, ValueError, AttributeError):
            continue
        if any(str(one).endswith(("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")) for one in built):
            return True
    return not configs


def _modelscope() -> Iterator[Cached]:
    """Both layouts of the package: ``models/OWNER--NAME/snapshots/master`` and, before 1.38, ``[hub/]models/OWNER/NAME`` with dots as ``___``."""
    root = Path(os.environ.get("MODELSCOPE_CACHE") or "~/.cache/modelscope").expanduser()
    for folder in sorted(root.glob("models/*--*/snapshots/*")):
        if folder.is_dir():
            yield _scoped(folder.parents[1].name.replace("--", "/", 1), folder)
    for config in sorted([*root.glob("models/*/*/config.json"), *root.glob("hub/models/*/*/config.json")]):
        folder = config.parent
        yield _scoped(f"{folder.parent.name}/{folder.name.replace('___', '.')}", folder)


def _scoped(name: str, folder: Path) -> Cached:
    fault = "half fetched" if any(folder.glob("*.incomplete")) else _fault(folder)
    return Cached(f"modelscope:{name}", "ModelScope cache", folder, _bytes(folder), fault)


def _bytes(folder: Path) -> int:
    """What a folder takes on disk; a hub's links are counted once, by the files they lead to."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
