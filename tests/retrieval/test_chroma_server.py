"""The same store on a real `chroma run` server."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.errors import StoreError
from assistant.plugins import load_plugins
from assistant.retrieval.flow import open_knowledge
from assistant.settings import Workspace


@pytest.fixture
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    assert program, "chromadb brings the command chroma"
    command = [program, "run", "--path", str(tmp_path_factory.mktemp("chroma")), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(f"{url}/api/v2/heartbeat", timeout=1)
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(10)


def test_documents_are_indexed_on_a_server_and_found(space: Workspace, chroma: str) -> None:
    (space.root / "assistant.toml").write_text(f'chroma_url = "{chroma}"\n')
    served = Workspace(space.root)
    plugins = load_plugins(served)
    knowledge = open_knowledge(served, plugins)
    staff = plugins.domain("staff")
    assert knowledge.index(staff).added == 4
    found = knowledge.search(staff, "When do unused vacation days expire?")
    assert any(passage.dense_rank for passage in found)
    assert not (served.store / "chroma").exists()
    knowledge.close()


def test_a_server_that_does_not_answer_is_named(space: Workspace) -> None:
    (space.root / "assistant.toml").write_text('chroma_url = "http://127.0.0.1:9"\n')
    served = Workspace(space.root)
    with pytest.raises(StoreError, match=r"no Chroma server answers at http://127\.0\.0\.1:9"):
        open_knowledge(served, load_plugins(served))
