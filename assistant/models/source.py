"""Where a base or entailment model's files are: the package, a folder, or a hub's cache on this disk. Fetches only when asked to."""

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path

from assistant.errors import ModelError
from assistant.settings import Settings

STARTER = "starter"
BASE, ENTAILMENT = "base model", "entailment model"
WANTED = ["*.json", "*.safetensors", "*.jinja", "*.txt", "*.model"]
UNWANTED = ["*/*", "consolidated*"]  # copies for other programs: original/, onnx/, consolidated.safetensors
WHOLE = 64 * 2**20
EDGE = 2**20


def is_server(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def starter_folder() -> Path:
    return Path(str(files("assistant.models").joinpath(STARTER)))


def model_folder(settings: Settings) -> Path:
    """The folder of the base model set; ModelError says what to do when it is not on this machine."""
    name = settings.base_model
    return named_folder(str(starter_folder()) if name == STARTER else name, settings.download)


def named_folder(name: str, download: bool, kind: str = BASE) -> Path:
    """The folder of a whole model given as a folder, a Hugging Face id or modelscope:ID; ModelError says what to do when it is not on this machine."""
    given = Path(name).expanduser()
    if given.is_dir():
        folder = given.resolve()
    elif name.startswith("modelscope:"):
        folder = _modelscope(name.removeprefix("modelscope:"), download, kind)
    else:
        folder = _hugging_face(name, download, kind)
    if not (folder / "config.json").is_file():
        server = " or a server's URL" if kind == BASE else ""
        raise ModelError(f"{folder} holds no model (config.json is missing); give a Hugging Face id, modelscope:ID, a model folder{server}")
    _refuse_pickle(folder)
    if missing := missing_weights(folder):
        rest = "copy the rest there" if given.is_dir() else f"fetch the rest {_how(name, kind)}"
        raise ModelError(f"{folder} is not complete ({', '.join(missing)} missing); {rest}")
    return folder


def _how(name: str, kind: str) -> str:
    return f"with: assistant models use {name}" if kind == BASE else "by download = true in assistant.toml"


@contextmanager
def online() -> Iterator[None]:
    """Lifts the offline switch that importing this package sets, around a request to the hub that a person asked for; a person's own switch stays."""
    from huggingface_hub import constants

    from assistant import OFFLINE_ASKED

    before, constants.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE, OFFLINE_ASKED
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _hugging_face(name: str, download: bool, kind: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, IncompleteSnapshotError, LocalEntryNotFoundError

    try:
        with online() if download else nullcontext():
            return Path(snapshot_download(name, local_files_only=not download, allow_patterns=WANTED, ignore_patterns=UNWANTED))
    except LocalEntryNotFoundError as error:
        part = "only partly" if isinstance(error, IncompleteSnapshotError) else "not"
        hint = "the hub cannot be reached" if download else f"fetch it {_how(name, kind)}"
        raise ModelError(f"{kind} {name!r} is {part} on this machine; {hint}, or give a folder") from None
    except (HFValidationError, ValueError) as error:
        raise ModelError(f"{name!r} is neither a folder nor a Hugging Face id: {error}") from None
    except (HfHubHTTPError, OSError) as error:
        raise ModelError(f"{kind} {name!r} could not be fetched: {error}; HF_TOKEN is needed for gated models") from None


def _modelscope(name: str, download: bool, kind: str) -> Path:
    os.environ.setdefault("TQDM_DISABLE", "1")  # the package draws bars of its own; read when it is first imported
    try:
        from modelscope import snapshot_download  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise ModelError("modelscope: models need the package modelscope: pip install 'assistant[modelscope]'") from None
    for logger in ("modelscope", "modelscope_hub"):
        logging.getLogger(logger).setLevel(logging.ERROR)
    try:
        return Path(snapshot_download(name, local_files_only=not download, allow_patterns=WANTED, ignore_patterns=UNWANTED))
    except Exception as error:  # the package documents no error types
        raise ModelError(f"ModelScope model {name!r}: {error}; fetch it {_how(f'modelscope:{name}', kind)}") from None


def _refuse_pickle(folder: Path) -> None:
    if not any(folder.glob("*.safetensors")):
        raise ModelError(f"{folder} has no .safetensors weights; pickled weights are not loaded, convert the model first")


def missing_weights(folder: Path) -> list[str]:
    """Weight files that the folder's index names and that are not there."""
    index = folder / "model.safetensors.index.json"
    try:
        named = json.loads(index.read_text("utf-8"))["weight_map"].values() if index.is_file() else []
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelError(f"{index} cannot be read ({error}); fetch or copy the model again") from None
    return sorted({str(name) for name in named if not (folder / str(name)).is_file()})


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
