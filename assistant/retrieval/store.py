"""Vectors in Chroma, embedded folder or server, through langchain-chroma. The only home of chromadb."""

from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlparse

from langchain_core.documents import Document as LangchainDocument

from assistant.errors import StoreError
from assistant.records import Chunk
from assistant.retrieval.embed import Embedder
from assistant.settings import Workspace

BATCH = 64


class VectorStore:
    """Collections of one Chroma, each made for one embedder; names are kept in the ledger."""

    def __init__(self, workspace: Workspace, embedder: Embedder) -> None:
        self._embedder = embedder
        self._where = workspace.settings.chroma_url or str(workspace.store / "chroma")
        self._client = _client(self._where)
        self._open: dict[str, Any] = {}
        self._past: list[Any] = []  # searches under way still use them

    def collection_name(self, domain: str) -> str:
        from assistant.records import content_id

        return f"{domain}--{content_id(self._embedder.fingerprint)[:8]}"

    def add(self, collection: str, chunks: Sequence[Chunk], written: Callable[[int], None] = lambda _done: None) -> None:
        """Write the vectors of chunks; ids are the chunks' ids, so writing twice changes nothing. ``written`` hears how many are done."""
        store = self._collection(collection)
        unique = list({chunk.id: chunk for chunk in chunks}.values())
        for start in range(0, len(unique), BATCH):
            part = unique[start : start + BATCH]
            documents = [LangchainDocument(embedded_text(chunk), metadata={"document": chunk.document}) for chunk in part]
            store.add_documents(documents, ids=[chunk.id for chunk in part])
            written(start + len(part))

    def remove(self, collection: str, ids: Sequence[str]) -> None:
        if ids:
            self._collection(collection).delete(ids=list(ids))

    def ids(self, collection: str) -> set[str]:
        return set(self._collection(collection).get(include=[])["ids"])

    def search(self, collection: str, question: str, limit: int, without: Collection[str] = ()) -> list[tuple[str, float]]:
        """(chunk id, cosine similarity), best first, of all documents but those named in ``without``."""
        vector = self._embedder.embed_query(question)
        store = self._collection(collection)
        where: Any = {"document": {"$nin": sorted(without)}} if without else None
        found = store._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"], where=where)
        return [(key, 1.0 - float(distance)) for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def reopen(self) -> None:
        """Take a fresh look: an embedded client does not see what another process wrote."""
        from chromadb.api.shared_system_client import SharedSystemClient

        if not self._where.startswith("http"):
            SharedSystemClient.clear_system_cache()
            self._past.append(self._client)
            self._client = _client(self._where)
        self._open = {}

    def drop(self, collection: str) -> None:
        self._open.pop(collection, None)
        if collection in {entry.name for entry in self._client.list_collections()}:
            self._client.delete_collection(collection)

    def _collection(self, name: str) -> Any:
        if name not in self._open:
            from langchain_chroma import Chroma

            self._open[name] = Chroma(
                client=self._client,
                collection_name=name,
                embedding_function=self._embedder,
                collection_metadata={"hnsw:space": "cosine", "embedder": self._embedder.fingerprint},
            )
            made_for = (self._open[name]._collection.metadata or {}).get("embedder")
            if made_for != self._embedder.fingerprint:
                del self._open[name]
                raise StoreError(f"vectors {name} were made by {made_for}, the embedder is {self._embedder.fingerprint}; run: assistant index --rebuild")
        return self._open[name]


def embedded_text(chunk: Chunk) -> str:
    """What is embedded: heading and text, since headings often carry the subject."""
    return f"{chunk.heading or chunk.title}\n{chunk.text}"


def _client(where: str) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if not where.startswith(("http://", "https://")):
        try:
            return chromadb.PersistentClient(where, settings=quiet)
        except Exception as error:  # chromadb's own kinds for a damaged folder
            raise StoreError(f"the vectors in {where} are damaged ({error}); delete that folder and run: assistant index --rebuild") from error
    address = urlparse(where)
    try:
        return chromadb.HttpClient(host=address.hostname or "localhost", port=address.port or 8000, ssl=address.scheme == "https", settings=quiet)
    except Exception as error:  # chromadb wraps every connection failure in its own kind
        raise StoreError(f"no Chroma server answers at {where} ({error}); start one with `chroma run`, or leave chroma_url empty") from error
