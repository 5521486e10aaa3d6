"""A natural-language-inference model judges what a base model writes: a real tiny classifier that was taught three sentences, through the whole way."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.check import Grounds
from assistant.answering.entailed import unentailed
from assistant.answering.flow import Ask, open_assistant
from assistant.answering.speak import Speaker
from assistant.cli.doctor import facts
from assistant.domain_files import Question
from assistant.errors import ModelError
from assistant.evaluation.rungs import Ladder
from assistant.models.entail import EntailmentModel, open_entailment
from assistant.plugins import load_plugins
from assistant.records import Answer, Chunk, Evidence, Kind, Prompt
from assistant.settings import Settings
from assistant.testing.models import tiny_classifier
from assistant.testing.server import openai_server

DEPOSIT = "The tenant pays the landlord a deposit of 500 yuan."
KEYS = "The landlord gives the tenant two keys for the front door."
SWAPPED = "The landlord pays the tenant a deposit of 500 yuan."
TRUE = "The tenant pays a deposit of 500 yuan to the landlord."
VAGUE = "The landlord likes the tenant with two keys for the front door."
QUESTION = "Who pays the deposit of 500 yuan?"
LABELS = ["CONTRADICTION", "Neutral", "entailment"]  # neither the usual order nor one case
PREMISES = [DEPOSIT, KEYS, f"Lease\n{DEPOSIT}", f"Lease\n{KEYS}", f"Lease\n{DEPOSIT}\nLease\n{KEYS}"]
TAUGHT = [(premise, said, place) for premise in PREMISES for said, place in ((SWAPPED, 0), (VAGUE, 1), (TRUE, 2))]


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_classifier(tmp_path_factory.mktemp("nli"), LABELS, TAUGHT)


@pytest.fixture(scope="module")
def model(taught: Path) -> EntailmentModel:
    return EntailmentModel(Settings(entailment_model=str(taught), threads=1))


def evidence(*texts: str) -> list[Evidence]:
    return [Evidence(i, Chunk("lease", "d.md", "Lease", "", text, 0, len(text), "en"), text, 0, len(text), 0.9) for i, text in enumerate(texts, 1)]


def spoken(text: str, grounds: Grounds, kind: Kind = "answer") -> Speaker:
    speaker = Speaker(Prompt((), tuple(grounds.evidence), kind, "en"), grounds)
    assert "".join(speaker.say([text])) or speaker.refused
    return speaker


def asked(made: Any, said: str, settings: str = "") -> Answer:
    """The answer when the base model, on a server, says this."""
    with openai_server(lambda _body: said) as url:
        made.write({"assistant.toml": f'base_model = "{url}"\nthreads = 1\n{settings}', "plugins/lease/documents/lease.md": f"# Lease\n\n{DEPOSIT}\n\n{KEYS}\n"})
        opened = open_assistant(made.workspace)
        try:
            return opened.answer(Ask(QUESTION, domain="lease"))
        finally:
            opened.close()


def test_a_sentence_that_the_model_rejects_is_replaced_and_one_it_accepts_stands(workspace: Callable[..., Any], taught: Path) -> None:
    setting, made = f'entailment_model = "{taught}"\n', workspace()
    wrong = asked(made, SWAPPED, setting)
    assert SWAPPED not in wrong.text and wrong.text.startswith(DEPOSIT)
    assert wrong.source == "quoted"
    assert [fault["sentence"] for fault in wrong.receipt["replaced"]] == [SWAPPED]
    assert "the entailment model says that its evidence contradicts it" in wrong.receipt["replaced"][0]["why"][0]
    right = asked(made, TRUE, setting)
    assert (right.text, right.source, right.receipt["replaced"]) == (f"{TRUE} [1]", "model", [])


def test_off_by_default_the_words_alone_decide_and_nothing_is_opened(workspace: Callable[..., Any]) -> None:
    assert open_entailment(Settings()) is None
    assert asked(workspace(), SWAPPED).text == f"{SWAPPED} [1]"


def test_the_reason_tells_contradiction_from_too_little_entailment(model: EntailmentModel, taught: Path) -> None:
    grounds = Grounds(evidence(DEPOSIT, KEYS), QUESTION, entailment=model)
    assert "contradicts it (" in unentailed(SWAPPED, grounds.evidence[:1], grounds)[0]
    assert "does not entail it (0." in (why := unentailed(VAGUE, grounds.evidence[1:], grounds)[0]) and "wanted 0.50" in why
    assert unentailed(TRUE, grounds.evidence[:1], grounds) == []
    lenient = Grounds(grounds.evidence, QUESTION, entailment=EntailmentModel(Settings(entailment_model=str(taught), entailment_threshold=0)))
    assert unentailed(VAGUE, grounds.evidence[1:], lenient) == []
    assert unentailed(SWAPPED, grounds.evidence[:1], lenient)


def test_drafts_refusals_greetings_code_and_repeated_evidence_are_not_judged(model: EntailmentModel) -> None:
    grounds = Grounds(evidence(SWAPPED), QUESTION, voice=frozenset({"hello"}), entailment=model)
    assert spoken(SWAPPED, Grounds(evidence(DEPOSIT), QUESTION, entailment=model)).faults
    assert not spoken(SWAPPED, Grounds(evidence(DEPOSIT), QUESTION, entailment=model), "draft").faults
    assert not spoken("The passages do not say.", grounds).faults
    assert not spoken(f"Hello! {SWAPPED}", grounds).faults
    assert unentailed(f"```\n{SWAPPED}\n```", [], Grounds(evidence(DEPOSIT), QUESTION, entailment=model)) == []


def test_nothing_is_loaded_before_it_is_asked_and_threads_share_one_model(taught: Path) -> None:
    model = EntailmentModel(Settings(entailment_model=str(taught), threads=1))
    assert "_model" not in vars(model)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: (model.entails([(DEPOSIT, TRUE), (DEPOSIT, SWAPPED)]), id(vars(model)["_model"])), range(8)))
    assert len({place for _, place in found}) == 1
    for (right, wrong), _ in found:
        assert right[0] > 0.9 and wrong[1] > 0.9


def test_long_evidence_loses_its_end_and_each_item_is_read_alone(model: EntailmentModel) -> None:
    long = " ".join([KEYS] * 60)
    assert len(model.entails([(long, long), (DEPOSIT, TRUE)])) == 2
    grounds = Grounds(evidence(long, DEPOSIT), QUESTION, entailment=model)
    assert unentailed(TRUE, grounds.evidence, grounds) == []


@pytest.fixture
def changed(taught: Path, tmp_path: Path) -> Callable[..., str]:
    def change(**keys: Any) -> str:
        """A copy of the model with other keys in its config.json."""
        folder = Path(shutil.copytree(taught, tmp_path / "changed"))
        config = folder / "config.json"
        config.write_text(json.dumps({**json.loads(config.read_text()), **keys}))
        return str(folder)

    return change


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}, "its labels are LABEL_0, LABEL_1, LABEL_2; its config.json must say under id2label"),
        ({"id2label": {"0": "entailment", "1": "not_entailment"}}, "its labels are entailment, not_entailment"),
        ({"id2label": {"1": "entailment", "2": "neutral", "3": "contradiction"}}, "which of 0, 1 and 2 is"),
        ({"id2label": None}, "its labels are not named"),
        ({"id2label": ["entailment"]}, "config.json cannot be read"),
        ({"architectures": ["BertForMaskedLM"]}, "is a BertForMaskedLM; a sequence-classification model"),
    ],
)
def test_a_model_without_the_labels_is_refused_when_it_is_opened(changed: Callable[..., str], keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        open_entailment(Settings(entailment_model=changed(**keys)))


@pytest.mark.parametrize(
    ("left_out", "words"),
    [("config.json", "holds no model"), ("model.safetensors", "no .safetensors weights"), ("tokenizer*", "its tokenizer cannot be loaded")],
)
def test_a_folder_that_lacks_a_file_is_refused_when_it_is_opened(changed: Callable[..., str], left_out: str, words: str) -> None:
    folder = Path(changed())
    for path in folder.glob(left_out):
        path.unlink()
    with pytest.raises(ModelError, match=words):
        open_entailment(Settings(entailment_model=str(folder)))


def test_a_model_that_is_not_here_stops_the_opening_and_says_how_to_get_it(workspace: Callable[..., Any]) -> None:
    made = workspace({"assistant.toml": 'entailment_model = "org/nli"'})
    with pytest.raises(ModelError, match="entailment model 'org/nli' is not on this machine; fetch it by download = true"):
        open_assistant(made.workspace)
    with pytest.raises(ModelError, match="neither a folder nor a Hugging Face id"):
        open_entailment(Settings(entailment_model="/no/such/folder"))


def test_weights_that_were_never_trained_are_refused(changed: Callable[..., str]) -> None:
    from safetensors.torch import load_file, save_file

    folder = changed()
    weights = load_file(f"{folder}/model.safetensors")
    save_file({name: weight for name, weight in weights.items() if not name.startswith("classifier")}, f"{folder}/model.safetensors", {"format": "pt"})
    with pytest.raises(ModelError, match=r"no weights for classifier\.bias, classifier\.weight"):
        EntailmentModel(Settings(entailment_model=folder, threads=1)).entails([(DEPOSIT, TRUE)])


def test_doctor_shows_the_model_its_faults_and_when_it_is_not_asked(workspace: Callable[..., Any], taught: Path) -> None:
    def line(settings: str) -> str | None:
        space = workspace({"assistant.toml": f"threads = 1\n{settings}"}).workspace
        return dict(facts(space, load_plugins(space))).get("entailment")

    assert line("") is None
    assert line(f'entailment_model = "{taught}"\nentailment_threshold = 0.7') == f"{taught} in {taught}, threshold 0.7; not asked, because the embedded base only repeats passages"
    assert "✗" in (line('entailment_model = "/nope"') or "")


def test_an_evaluation_uses_no_answer_that_was_kept_without_the_model(workspace: Callable[..., Any], taught: Path) -> None:
    def keys(settings: str) -> list[str]:
        made = workspace({"assistant.toml": f"threads = 1\n{settings}", "plugins/lease/documents/lease.md": f"# Lease\n\n{DEPOSIT}\n"})
        opened = open_assistant(made.workspace)
        ladder = Ladder(opened, opened.plugins.domains["lease"], None)
        found = [ladder.key(Question(id="d", split="dev", question=QUESTION, language="en"), rung) for rung in ("plain", "rag")]
        opened.close()
        return found

    before, after = keys(""), keys(f'entailment_model = "{taught}"')
    assert before[0] == after[0] and before[1] != after[1]
