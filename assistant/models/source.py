"""Where a base model's files are: the package, a folder, or a hub's cache on this disk. Fetches only when asked to."""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

from assistant.errors import ModelError
from assistant.settings import Settings

STARTER = "starter"
WHOLE = 64 * 2**20
EDGE = 2**20


def is_server(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def model_folder(settings: Settings) -> Path:
    """The folder of the base model set; ModelError says what to do when it is not on this machine."""
    name = settings.base_model
    if name == STARTER:
        folder = Path(str(files("assistant.models").joinpath(STARTER)))
    elif Path(name).expanduser().is_dir():
        folder = Path(name).expanduser().resolve()
    elif name.startswith("modelscope:"):
        folder = _modelscope(name.removeprefix("modelscope:"), settings.download)
    else:
        folder = _hugging_face(name, settings.download)
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} holds no model (config.json is missing); give a Hugging Face id, modelscope:ID, a model folder or a server's URL")
    _refuse_pickle(folder)
    return folder


def _hugging_face(name: str, download: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(name, local_files_only=not download, allow_patterns=["*.json", "*.safetensors", "*.jinja", "*.txt", "*.model"])
        )
    except LocalEntryNotFoundError:
        hint = "the hub cannot be reached" if download else "set ASSISTANT_DOWNLOAD=1 (or download = true) to fetch it"
        raise ModelError(f"base model {name!r} is not on this machine; {hint}, or give a folder") from None
    except (HFValidationError, ValueError) as error:
        raise ModelError(f"{name!r} is neither a folder nor a Hugging Face id: {error}") from None
    except (HfHubHTTPError, OSError) as error:
        raise ModelError(f"base model {name!r} could not be fetched: {error}; HF_TOKEN is needed for gated models") from None


def _modelscope(name: str, download: bool) -> Path:
    try:
        from modelscope import snapshot_download  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise ModelError("modelscope: models need the package modelscope: pip install 'assistant[modelscope]'") from None
    try:
        return Path(snapshot_download(name, local_files_only=not download))
    except Exception as error:  # the package documents no error types
        raise ModelError(f"ModelScope model {name!r}: {error}; set ASSISTANT_DOWNLOAD=1 to fetch it") from None


def _refuse_pickle(folder: Path) -> None:
    if not any(folder.glob("*.safetensors")):
        raise ModelError(f"{folder} has no .safetensors weights; pickled weights are not loaded, convert the model first")


def fingerprints(folder: Path) -> dict[str, str]:
    """Hashes of weights, tokenizer and chat template: an adapter fits only the base it was trained on.

    Weight files above 64 MiB are represented by their size, first and last MiB.
    """
    return {
        "weights": _hash(sorted(folder.glob("*.safetensors"))),
        "tokenizer": _hash([path for path in [folder / "tokenizer.json", folder / "tokenizer.model"] if path.exists()]),
        "template": template_hash(folder),
    }


def template_hash(folder: Path) -> str:
    """Hash of the chat template, wherever the tokenizer keeps it."""
    own = folder / "chat_template.jinja"
    config = folder / "tokenizer_config.json"
    text = own.read_text("utf-8") if own.exists() else ""
    if not text and config.exists():
        text = json.dumps(json.loads(config.read_text("utf-8")).get("chat_template", ""))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}".encode())
        with path.open("rb") as file:
            if size <= WHOLE:
                digest.update(file.read())
            else:
                digest.update(file.read(EDGE))
                file.seek(-EDGE, 2)
                digest.update(file.read())
    return digest.hexdigest()[:16]
