"""``assistant models``: real models a few kilobytes large, fetched from a real hub on this machine by the real client."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from huggingface_hub import constants
from safetensors.numpy import load_file, save_file

from assistant.cli.models_use import _agree
from assistant.errors import ModelError, SettingsError
from assistant.models.catalogue import SUPPORTED, plain_name, resembling
from assistant.models.hub import File, Listing
from assistant.models.hugging_face import HuggingFace
from assistant.models.local import LocalEngine
from assistant.models.machine import GB, Machine, chat_bytes, check_disk, check_memory
from assistant.models.source import model_folder
from assistant.records import Prompt, Turn
from assistant.registry import CARD, CONFIG, WEIGHTS, Registry
from assistant.settings import Settings, read_settings, write_settings
from assistant.testing.hub import LocalHub, local_hub
from assistant.testing.models import CHATML, tiny_llama
from assistant.testing.server import openai_server

TOML = "# our settings\nthreads = 1  # one is enough\n"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def hub(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    """A hub with org/tiny, and the client's settings as it reads them from HF_ENDPOINT and HF_HOME when it is imported."""
    with local_hub({"org/tiny": tiny}) as served:
        for name, value in hub_settings(served.url, tmp_path / "hf").items():
            monkeypatch.setattr(constants, name, value)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield served


def hub_settings(url: str, home: Path) -> dict[str, str]:
    return {
        "ENDPOINT": url,
        "HUGGINGFACE_CO_URL_TEMPLATE": url + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_TOKEN_PATH": str(home / "token"),
        "HF_STORED_TOKENS_PATH": str(home / "stored_tokens"),
    }


@pytest.fixture
def made(workspace: Callable[..., Any]) -> Any:
    return workspace({"assistant.toml": TOML})


def changed(source: Path, folder: Path, **files: Any) -> Path:
    """A copy of a model in which files are replaced (a dict changes a JSON file's keys) or, by None, left out; ``_`` stands for the dot."""
    shutil.copytree(source, folder)
    for word, content in files.items():
        path = folder / word.replace("__", ".")
        if content is None:
            path.unlink()
        elif isinstance(content, dict):
            path.write_text(json.dumps({**(json.loads(path.read_text()) if path.exists() else {}), **content}))
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def refusal(outcome: Any, made: Any) -> str:
    """The one line in which a command refused; nothing else happened."""
    assert outcome.code == 1
    assert outcome.err.startswith("assistant: ")
    assert outcome.err.count("\n") == 1
    assert made.read("assistant.toml") == TOML
    return str(outcome.err)


# list


def test_the_list_says_what_is_in_use_what_is_here_and_what_is_known(made: Any, hub: LocalHub) -> None:
    for words in (["models"], ["models", "list"]):
        said = made.run(*words).out
        assert "starter  (default)" in said
        assert "an embedded model of 6.7 million parameters that quotes the sentence which answers" in said
        assert "assistant models use NAME" in said
        assert all(row.name in said for row in SUPPORTED)
    assert hub.requests == []


def test_the_list_as_json_says_the_same(made: Any, hub: LocalHub) -> None:
    made.write({"assistant.toml": 'base_model = "org/tiny"\n'})
    for words in (["models", "--json"], ["models", "list", "--json"]):
        found = json.loads(made.run(*words).out)
        assert found["configured"] == {"base_model": "org/tiny", "server_model": "", "source": "assistant.toml", "file": str(made.root / "assistant.toml")}
        assert [row["name"] for row in found["cached"]] == ["starter"]
        assert {row["name"] for row in found["supported"]} == {row.name for row in SUPPORTED}
        assert all(row["here"]["tokens_per_second"] > 0 for row in found["supported"])
    assert json.loads(made.run("models", "--json", ASSISTANT_BASE_MODEL="starter").out)["configured"]["source"] == "environment (ASSISTANT_BASE_MODEL)"


def test_the_list_knows_the_adapters_of_each_base(made: Any, hub: LocalHub) -> None:
    registry = Registry(made.workspace.adapters, "org--tiny")
    partial = registry.begin("travel")
    save_file({"a": np.zeros(2, dtype=np.float32)}, partial / WEIGHTS)
    (partial / CONFIG).write_text("{}")
    registry.use(registry.publish(partial, {}), "for the test")
    assert made.run("models", "use", "org/tiny").code == 0
    found = json.loads(made.run("models", "--json").out)
    assert found["adapters"] == {"org--tiny": {"travel": 1}}
    assert {row["name"]: row["adapters"] for row in found["cached"]} == {"starter": {}, "org/tiny": {"travel": 1}}
    (partial.with_name("0001") / CARD).write_text("no card")
    assert json.loads(made.run("models", "--json").out)["adapters"] == {"org--tiny": {"travel": None}}


# use: a hub


def test_a_model_of_the_hub_is_fetched_and_set_and_needs_no_network_afterwards(travel: Any, hub: LocalHub, tiny: Path) -> None:
    travel.write({"assistant.toml": TOML})
    (tiny / "original").mkdir(exist_ok=True)
    (tiny / "original" / "consolidated.safetensors").write_bytes(b"a copy for another program")
    outcome = travel.run("models", "use", "org/tiny")
    assert (outcome.code, outcome.err) == (0, "")
    assert travel.read("assistant.toml") == TOML + 'base_model = "org/tiny"\n'
    for words in ("thousand parameters", "reads 1,024 tokens", "licence apache-2.0", "to answer", "to train", "tokens a second", "fetched"):
        assert words in outcome.out
    assert "to be trained assistant train travel" in outcome.out
    assert not any("original" in path for _method, path, _range in hub.requests)
    hub.requests.clear()
    folder = model_folder(read_settings(travel.root / "assistant.toml"))
    assert (folder / "model.safetensors").read_bytes() == (tiny / "model.safetensors").read_bytes()
    again = travel.run("models", "use", "org/tiny")
    assert again.code == 0 and "is on this machine" in again.out
    assert hub.requests == []


def test_download_true_in_the_file_fetches_the_model_on_first_use(hub: LocalHub) -> None:
    settings = Settings(base_model="org/tiny")
    with pytest.raises(ModelError, match="fetch it with: assistant models use org/tiny"):
        model_folder(settings)
    assert hub.requests == []
    assert (model_folder(settings.model_copy(update={"download": True})) / "config.json").is_file()


def test_a_connection_that_breaks_is_taken_up_where_it_broke(made: Any, hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 40_000)
    hub.cut = 90_000
    assert made.run("models", "use", "org/tiny").code == 0
    assert hub.ranges() == ["", "bytes=80000-"]


def test_a_killed_download_goes_on_next_time_and_is_not_live_before(made: Any, hub: LocalHub, tiny: Path, tmp_path: Path, monkeypatch: Any) -> None:
    weights = {**load_file(tiny / "model.safetensors"), "spare": np.zeros(12_000_000, dtype=np.float16)}
    large = changed(tiny, tmp_path / "large", model__safetensors=b"")
    save_file(weights, large / "model.safetensors", metadata={"format": "pt"})
    hub.models["org/large"], hub.cut = large, 12_000_000
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    home = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf"), "ASSISTANT_WORKSPACE": str(made.root)}
    begun = subprocess.Popen([sys.executable, "-m", "assistant", "models", "use", "org/large"], env={**os.environ, **home}, stdout=subprocess.DEVNULL)
    while not any(hub.ranges()) and begun.poll() is None:
        time.sleep(0.02)
    begun.kill()
    begun.wait(10)
    assert made.read("assistant.toml") == TOML
    assert {row["name"]: row["fault"] for row in json.loads(made.run("models", "--json").out)["cached"]} == {"starter": "", "org/large": "half fetched"}
    with pytest.raises(ModelError, match="is not on this machine"):
        model_folder(Settings(base_model="org/large"))
    hub.cut = 0
    hub.requests.clear()
    outcome = made.run("models", "use", "org/large")
    assert outcome.code == 0
    assert "10 MB of 24 MB are here already" in outcome.out
    assert [part for part in hub.ranges() if part] == hub.ranges() != []
    assert (model_folder(Settings(base_model="org/large")) / "model.safetensors").read_bytes() == (large / "model.safetensors").read_bytes()


def test_what_came_damaged_is_thrown_away(made: Any, hub: LocalHub) -> None:
    hub.damaged = True
    assert "model.safetensors of org/tiny came damaged and was thrown away" in refusal(made.run("models", "use", "org/tiny"), made)
    hub.damaged = False
    assert made.run("models", "use", "org/tiny").code == 0


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"chat_template__jinja": None}, "has no chat template, so it cannot be talked to; choose an Instruct or Chat model"),
        ({"model__safetensors": None, "pytorch_model__bin": b"x"}, "has pickled weights only (pytorch_model.bin), which can run code"),
        ({"model__safetensors": None, "model__gguf": b"x"}, "has GGUF weights only; serve it with llama.cpp or Ollama"),
        ({"model__safetensors": None}, "has no weights"),
        ({"config__json": {"model_type": "ownkind", "auto_map": {"AutoModel": "x.Y"}}}, "brings a program of its own (auto_map in config.json)"),
        ({"config__json": {"model_type": "ownkind"}}, "is of the kind 'ownkind', which the installed transformers does not know"),
        ({"config__json": {"model_type": "bert", "architectures": ["BertForMaskedLM"]}}, "is a BertForMaskedLM, no causal language model"),
        ({"config__json": {"quantization_config": {"quant_method": "gptq"}}}, "has quantised weights (gptq)"),
        ({"config__json": "{"}, "its config.json cannot be read"),
        ({"config__json": None}, "holds no model (config.json is missing"),
        ({"config__json": None, "adapter_config__json": "{}"}, "is an adapter, not a base model"),
    ],
)
def test_what_cannot_serve_is_refused_before_anything_large_is_fetched(
    made: Any, hub: LocalHub, tiny: Path, tmp_path: Path, files: dict[str, Any], words: str
) -> None:
    hub.models["org/other"] = changed(tiny, tmp_path / "other", **files)
    assert words in refusal(made.run("models", "use", "org/other"), made)
    assert hub.ranges() == []
    assert not (tmp_path / "hf" / "hub").exists()
    assert words in refusal(made.run("models", "use", str(tmp_path / "other")), made)


def test_a_model_with_its_own_program_is_taken_when_transformers_knows_it_too(made: Any, hub: LocalHub, tiny: Path, tmp_path: Path) -> None:
    hub.models["org/both"] = changed(tiny, tmp_path / "both", config__json={"auto_map": {"AutoModelForCausalLM": "modeling_x.Y"}})
    assert made.run("models", "use", "org/both").code == 0


def test_a_gated_model_says_how_to_get_it(made: Any, hub: LocalHub, tiny: Path) -> None:
    hub.models["meta-llama/Llama-3.2-1B-Instruct"] = tiny
    hub.gated.add("meta-llama/Llama-3.2-1B-Instruct")
    words = ["models", "use", "meta-llama/Llama-3.2-1B-Instruct"]
    said = refusal(made.run(*words), made)
    assert f"is gated (llama3.2): accept its terms at {hub.url}/meta-llama/Llama-3.2-1B-Instruct, make a token there, set HF_TOKEN" in said
    assert "your HF_TOKEN has no access to it yet" in refusal(made.run(*words, HF_TOKEN="bad"), made)
    assert made.run(*words, HF_TOKEN="good").code == 0


@pytest.mark.parametrize("name", ["Qwen/Qwen2.5-0.5B-Instuct", "qwen2.5-0.5b-instruct", "https://huggingface.co/Qwen/Qwen2.5-0.5B-Instrct"])
def test_an_unknown_id_is_told_with_the_nearest_known_one(made: Any, hub: LocalHub, name: str) -> None:
    said = refusal(made.run("models", "use", name), made)
    assert "the hub has no model" in said and "did you mean Qwen/Qwen2.5-0.5B-Instruct?" in said


def test_a_name_that_cannot_be_an_id_is_told(made: Any, hub: LocalHub) -> None:
    assert "'a b' is neither a folder nor a Hugging Face id" in refusal(made.run("models", "use", "a b"), made)


def test_without_network_one_line_says_so(made: Any, hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in hub_settings("http://127.0.0.1:9", tmp_path / "hf").items():
        monkeypatch.setattr(constants, name, value)
    assert "http://127.0.0.1:9 does not answer, and org/tiny is not whole on this machine" in refusal(made.run("models", "use", "org/tiny"), made)


def test_a_person_who_forbids_the_network_is_obeyed(made: Any, hub: LocalHub) -> None:
    outcome = made.command("models", "use", "org/tiny", HF_HUB_OFFLINE="1", HF_ENDPOINT=hub.url, HF_HOME=str(made.root / "hf"))
    assert "HF_HUB_OFFLINE forbids to fetch it" in refusal(outcome, made)
    assert hub.requests == []


def test_a_hub_in_trouble_is_told(made: Any, hub: LocalHub) -> None:
    hub.status = 503
    assert "the hub answers 503 for org/tiny; try again later" in refusal(made.run("models", "use", "org/tiny"), made)
    hub.status = 401
    assert "HF_TOKEN" in refusal(made.run("models", "use", "org/tiny", HF_TOKEN="old"), made)


def test_modelscope_without_its_package_says_how_to_get_it(made: Any) -> None:
    try:
        import modelscope  # noqa: F401
    except ImportError:
        assert "pip install 'assistant[modelscope]'" in refusal(made.run("models", "use", "modelscope:org/tiny"), made)
    else:
        pytest.skip("modelscope is installed")


# room


def test_more_than_a_gigabyte_is_asked_about(tmp_path: Path, hub: LocalHub) -> None:
    large = Listing("org/large", hub.url, "main", (File("model.safetensors", 2 * GB, "0" * 64), File("original/model.safetensors", 9 * GB)))
    with pytest.raises(ModelError, match=r"2\.0 GB would be downloaded, and nobody can be asked here.* --yes"):
        _agree(large, HuggingFace(), yes=False)
    _agree(large, HuggingFace(), yes=True)
    _agree(Listing("org/small", hub.url, "main", (File("model.safetensors", GB // 2, "0" * 64),)), HuggingFace(), yes=False)


def test_too_little_disk_is_told_before_the_download(tmp_path: Path) -> None:
    check_disk("org/large", 2 * GB, tmp_path / "not" / "there", free=3 * GB)
    with pytest.raises(ModelError, match=r"needs 2\.3 GB more on disk and .* has 1\.0 GB free; make room, or put the cache elsewhere with HF_HOME"):
        check_disk("org/large", 2 * GB, tmp_path, free=GB)


def test_too_little_memory_is_told_with_the_largest_that_fits() -> None:
    small = Machine("cpu", "bfloat16", 6 * GB, 5 * GB)
    check_memory("Qwen/Qwen2.5-1.5B-Instruct", 1_540_000_000, small)
    with pytest.raises(ModelError, match=r"needs about 18 GB of memory in bfloat16, and cpu has 6\.0 GB; choose a smaller one, such as Qwen/Qwen3-1\.7B"):
        check_memory("Qwen/Qwen2.5-7B-Instruct", 7_620_000_000, small)
    with pytest.raises(ModelError, match=r"has 1\.0 GB; let a server run it"):
        check_memory("org/any", 10**9, Machine("cpu", "float32", GB, GB))
    assert chat_bytes(10**9, "float32") > chat_bytes(10**9)


# use: a folder, the starter, a server


def test_a_folder_is_checked_and_set_by_its_whole_path(made: Any, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.parent)
    outcome = made.run("models", "use", f"./{tiny.name}")
    assert outcome.code == 0
    assert made.read("assistant.toml") == TOML + f'base_model = "{tiny}"\n'
    back = made.run("models", "use", "starter")
    assert back.code == 0
    assert made.read("assistant.toml") == TOML + 'base_model = "starter"\n'


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"model__safetensors": b"\xff" * 64}, "model.safetensors is damaged"),
        ({"model__safetensors__index__json": '{"weight_map": {"a": "model-00002-of-00002.safetensors"}}'}, "not complete (model-00002-of-00002.safetensors missing)"),
        ({"model__safetensors__index__json": "{}"}, "index.json cannot be read"),
        ({"tokenizer__json": "{}"}, "tokenizer"),
        ({"chat_template__jinja": "{{ nonsense() }}"}, "cannot be used: 'nonsense' is undefined"),
    ],
)
def test_a_folder_that_is_broken_is_refused(made: Any, tiny: Path, tmp_path: Path, files: dict[str, Any], words: str) -> None:
    assert words in refusal(made.run("models", "use", str(changed(tiny, tmp_path / "broken", **files))), made)


def test_a_folder_that_is_not_there_is_told(made: Any) -> None:
    for name in ("/nowhere/model", "./nowhere", "~nobody/model"):
        assert f"there is no folder {name}" in refusal(made.run("models", "use", name), made)


def test_the_starter_keeps_its_adapters_and_the_rest_is_named(travel: Any) -> None:
    assert "to be trained assistant train travel  (until then" in travel.run("models", "use", "starter").out


def test_the_environment_that_wins_is_named(made: Any, tiny: Path) -> None:
    outcome = made.run("models", "use", str(tiny), ASSISTANT_BASE_MODEL="starter")
    assert outcome.code == 0
    assert "careful: ASSISTANT_BASE_MODEL=starter in the environment wins over assistant.toml" in outcome.err


def ready(body: dict[str, Any]) -> str:
    return "ready"


def test_a_server_is_asked_for_its_models_and_talked_to(made: Any) -> None:
    with openai_server(ready) as url:
        outcome = made.run("models", "use", url + "/")
        assert outcome.code == 0
        assert "lists: tiny" in outcome.out and "tiny answers: 'ready'" in outcome.out and "takes no adapters" in outcome.out
        assert made.read("assistant.toml") == TOML + f'base_model = "{url}"\nserver_model = "tiny"\n'


def test_a_server_with_several_models_wants_a_choice_and_keeps_it(travel: Any) -> None:
    travel.write({"assistant.toml": TOML})
    with openai_server(ready, models=("a", "b"), lora=True) as url:
        assert f"has 2 models; say which: assistant models use {url} --server-model a" in refusal(travel.run("models", "use", url), travel)
        assert "has no model 'c'; it lists: a, b" in refusal(travel.run("models", "use", url, "--server-model", "c"), travel)
        outcome = travel.run("models", "use", url, "--server-model", "b")
        assert outcome.code == 0
        assert "to be trained assistant train travel --base b" in outcome.out
        assert travel.run("models", "use", url).code == 0
        assert read_settings(travel.root / "assistant.toml").server_model == "b"


def test_a_server_that_cannot_be_used_is_told(made: Any) -> None:
    assert "no OpenAI-compatible server answers at http://127.0.0.1:9/v1" in refusal(made.run("models", "use", "http://127.0.0.1:9"), made)
    with openai_server(lambda _body: "") as url:
        assert f"tiny at {url} answers with nothing" in refusal(made.run("models", "use", url), made)


def test_outside_a_workspace_one_line_says_so(made: Any, tmp_path: Path) -> None:
    for words in (["models"], ["models", "use", "starter"]):
        outcome = made.run(*words, ASSISTANT_WORKSPACE=str(tmp_path))
        assert outcome.code == 1
        assert "has no assistant.toml" in outcome.err


# names and settings


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("https://huggingface.co/Qwen/Qwen3-8B/tree/main", "Qwen/Qwen3-8B"),
        (" https://hf.co/Qwen/Qwen3-8B/ ", "Qwen/Qwen3-8B"),
        ("https://modelscope.cn/models/Qwen/Qwen3-8B/summary", "modelscope:Qwen/Qwen3-8B"),
        ("http://localhost:11434/v1", "http://localhost:11434/v1"),
    ],
)
def test_the_address_of_a_page_is_the_id_it_shows(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_nothing_near_is_no_suggestion() -> None:
    assert resembling("modelscope:qwen/qwen2.5-7b-instruct") == "Qwen/Qwen2.5-7B-Instruct"
    assert resembling("zzzz") == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'base_model = "b"\n'),
        ("threads = 1", 'threads = 1\nbase_model = "b"\n'),
        ('# base_model = "x"  # why\nthreads = 1\n', '# base_model = "x"  # why\nbase_model = "b"\nthreads = 1\n'),
        ('base_model="a" # why\r\nthreads = 1\r\n', 'base_model="b" # why\r\nthreads = 1\r\n'),
        ("'base_model' = 'a'\n", "'base_model' = \"b\"\n"),
        ('\ufeffbase_model = "\\"a\\""\n', '\ufeffbase_model = "b"\n'),
        ('embedder = "base_model = 1"\n# base_model\n', 'embedder = "base_model = 1"\n# base_model\nbase_model = "b"\n'),
    ],
)
def test_a_setting_is_written_and_the_rest_stays(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "assistant.toml"
    path.write_bytes(before.encode())
    write_settings(path, {"base_model": "b"})
    assert path.read_bytes().decode() == after
    assert read_settings(path).base_model == "b"
    assert [entry.name for entry in tmp_path.iterdir()] == ["assistant.toml"]


@pytest.mark.parametrize("text", ['base_model = """\na"""\n', 'embedder = """\nbase_model = "a"\n"""\n', "base_model = [\n"])
def test_a_file_that_cannot_be_changed_safely_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "assistant.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match='write it there yourself: base_model = "b"'):
        write_settings(path, {"base_model": "b"})
    assert path.read_text() == text


def test_a_model_that_would_think_aloud_is_told_not_to(tmp_path: Path) -> None:
    from assistant.training.dataset import Row
    from assistant.training.teach.encode import IGNORED, encode

    closed = "{{ '<think></think>' if enable_thinking is defined and enable_thinking is false else '' }}"
    template = CHATML.replace("{{ '<|im_start|>assistant\n' }}", "{{ '<|im_start|>assistant\n' }}" + closed)
    template = template.replace("{% generation %}", closed + "{% generation %}")
    engine = LocalEngine(Settings(base_model=str(tiny_llama(tmp_path / "thinker", template))))
    try:
        prompt = Prompt((Turn("user", "How early?"),), (), "answer", "en")
        text = engine.tokenizer.decode(engine.prompt_tokens(prompt))
        assert text.endswith("assistant\n<think></think>")
        row = encode(Row(prompt.messages, "24 hours.", "", "plain"), engine.tokenizer)
        learned = [token for token, label in zip(row.input_ids, row.labels, strict=True) if label != IGNORED]
        assert engine.tokenizer.decode(learned) == "24 hours.<|im_end|>"
    finally:
        engine.close()
