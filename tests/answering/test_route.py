"""The router on real domains with the real embedder: where questions go, what is outside, follow-ups, questions to two domains, what is kept."""

import shutil
import time
from pathlib import Path

import pytest

from assistant.answering.route import KEPT, Router, asked, heard, known_rows
from assistant.answering.support import likely, read_calibration
from assistant.domain import Domain
from assistant.domain_files import read_spec
from assistant.retrieval.embed import Embedder
from assistant.settings import Settings

PLUGINS = Path(__file__).parents[2] / "plugins"
EMBEDDER = Embedder(Settings())


def no_documents(_name: str) -> list[str]:
    return []


def domains(folder: Path = PLUGINS) -> dict[str, Domain]:
    return {name: Domain(folder / name, read_spec(folder / name)) for name in ("cloud_support", "legal")}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def router(cache: Path) -> Router:
    made = Router(domains(), EMBEDDER, cache, no_documents)
    made.refit()
    return made


@pytest.mark.parametrize(
    ("question", "domain"),
    [
        ("my upload is stuck, how do I resume it", "cloud_support"),
        ("can the tenant keep a cat in the flat", "legal"),
        ("网盘上传一半卡住了怎么续传", "cloud_support"),
        ("租客能不能养猫", "legal"),
    ],
)
def test_a_question_goes_to_its_domain_with_probabilities_that_sum_to_one(router: Router, question: str, domain: str) -> None:
    route = router.route(question)
    assert route.domain == domain
    assert sum(p for _, p in route.scores) + route.outside == pytest.approx(1, abs=1e-5)
    assert route.scores[0][0] == domain


@pytest.mark.parametrize("question", ["How long do I roast a chicken?", "红烧肉怎么做才好吃？"])
def test_a_question_of_no_domain_is_outside(router: Router, question: str) -> None:
    route = router.route(question)
    assert route.domain is None
    assert route.reason.startswith("outside every domain")


@pytest.mark.parametrize(
    ("question", "both"),
    [
        ("Which seal goes on a tenancy contract, and how do I rotate my API token?", {"legal", "cloud_support"}),
        ("租赁合同盖哪个章，另外网盘文件误删了怎么恢复？", {"legal", "cloud_support"}),
    ],
)
def test_a_question_to_two_domains_names_both(router: Router, question: str, both: set[str]) -> None:
    route = router.route(question)
    assert {route.domain, *route.also} == both
    assert dict(route.scores).keys() == both


@pytest.mark.parametrize("question", ["Can the tenant keep a cat, and a dog?", "租客欠租两个月，能不能解除合同？"])
def test_a_question_to_one_domain_names_no_other(router: Router, question: str) -> None:
    assert router.route(question).also == ()


def test_a_follow_up_stays_where_it_was_unless_it_clearly_leaves(router: Router) -> None:
    vague, before = "How much is it per month?", "The tenant is late with the rent, can we terminate the lease?"
    assert router.route(vague, before).domain == "legal"
    assert router.route(vague, "I deleted a file, how long does it stay in the recycle bin?").domain == "cloud_support"
    assert router.route("How do I install the Python SDK?", before).domain == "cloud_support"


def test_what_was_fitted_is_read_back_and_says_the_same(router: Router, cache: Path) -> None:
    written = (cache / KEPT).stat().st_mtime_ns
    started = time.perf_counter()
    again = Router(domains(), EMBEDDER, cache, no_documents)
    assert again.scores("怎么安装 SDK？") == pytest.approx(router.scores("怎么安装 SDK？"), abs=1e-5)
    assert time.perf_counter() - started < 3  # a fit takes longer
    assert (cache / KEPT).stat().st_mtime_ns == written


def test_a_new_routing_example_changes_where_its_question_goes(tmp_path: Path, router: Router) -> None:
    question = "the drone has lost its propeller"
    for name in domains():
        shutil.copytree(PLUGINS / name, tmp_path / name)
    spec = tmp_path / "legal/domain.toml"
    spec.write_text(spec.read_text("utf-8").replace("examples = [", f'examples = [\n  "{question}",\n  "a propeller of the drone broke off",', 1), "utf-8")
    taught = Router(domains(tmp_path), EMBEDDER, tmp_path / "state", no_documents)
    assert taught.scores(question)["legal"] > router.scores(question)["legal"] + 0.2


def test_a_faulty_questions_file_leaves_the_other_words_of_the_domain(tmp_path: Path) -> None:
    shutil.copytree(PLUGINS / "legal", tmp_path / "legal")
    (tmp_path / "legal/questions.jsonl").write_text("no json\n", "utf-8")
    legal = Domain(tmp_path / "legal", read_spec(tmp_path / "legal"))
    assert asked(legal) == legal.spec.routing.examples
    assert any(label == "legal" and not user for _, label, user in known_rows({"legal": legal}, no_documents))


def test_only_dev_questions_teach_the_router() -> None:
    texts = {text for text, _, _ in known_rows(domains(), no_documents)}
    tests = [q.question for domain in domains().values() for q in domain.questions if q.split == "test"]
    assert not texts.intersection(tests)


def test_without_domains_nothing_is_routed(tmp_path: Path) -> None:
    assert Router({}, EMBEDDER, tmp_path, no_documents).route("anything").reason == "no domain is installed"


def test_a_folder_of_documents_alone_is_asked_whatever_its_users_sound_like(tmp_path: Path) -> None:
    folder = tmp_path / "statutes"
    folder.mkdir()
    (folder / "domain.toml").write_text('name = "statutes"\n', "utf-8")
    both = {**domains(), "statutes": Domain(folder, read_spec(folder))}
    said = ["用人单位应当安排劳动者每日休息。", "延长工作时间一般每日不得超过一小时。", "机动车驾驶人应当依法取得驾驶证。", "国家实行带薪年休假制度。"]
    router = Router(both, EMBEDDER, tmp_path, lambda name: said if name == "statutes" else [])
    assert not heard(both["statutes"])
    assert heard(both["legal"])
    found = router.route("延长工作时间一天不得超过几小时？")
    assert found.domain == "statutes"
    assert likely(found, read_calibration(tmp_path), both).domain == "statutes"
