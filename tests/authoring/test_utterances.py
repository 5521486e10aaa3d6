"""Routing examples are changed in domain.toml and nothing else is; what cannot be read back never goes live."""

import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.authoring.toml_text import listed, value_text, with_value
from assistant.authoring.utterances import change_utterances, current, stamp
from assistant.domain import Domain
from assistant.domain_files import read_spec
from assistant.errors import DomainError
from assistant.settings import Workspace

WRITTEN = """# The staff handbook
name = "staff"   # equals the folder

[title]
en = "Staff [routing] desk"

# How people ask
[routing] # twenty are enough
examples = [
  # leave
  "how long is my leave ]",   # asked most
  "carry over leave",
  # sickness
  "I am ill",
  "我病了"
]

[refusal]
# route = 0.5
support = 0.3
"""


@pytest.fixture
def domain(tmp_path: Path) -> Domain:
    folder = tmp_path / "plugins" / "staff"
    folder.mkdir(parents=True)
    (tmp_path / "assistant.toml").touch()
    (folder / "domain.toml").write_text(WRITTEN, "utf-8")
    (folder / "questions.jsonl").write_text('{"id": "q1", "split": "dev", "language": "en", "question": "How many days of leave?"}\n')
    return Domain(folder, read_spec(folder))


def change(domain: Domain, lines: list[str], seen: str = "") -> str:
    change_utterances(Workspace(domain.folder.parents[1]), domain, lines, seen or stamp(current(domain)))
    return (domain.folder / "domain.toml").read_text("utf-8")


def test_lines_that_stay_keep_their_comments_and_everything_else_its_place(domain: Domain) -> None:
    text = change(domain, ["how long is my leave ]", "我病了", "  new   one\t", "", "new one", 'with "quotes" \\'])
    assert current(domain) == ["how long is my leave ]", "我病了", "new one", 'with "quotes" \\']
    assert '  # leave\n  "how long is my leave ]",   # asked most\n' in text
    assert "carry over" not in text and "# sickness" not in text.partition("[refusal]")[2]
    before, after = (tomllib.loads(one) for one in (WRITTEN, text))
    before["routing"]["examples"] = after["routing"]["examples"]
    assert before == after
    assert text.startswith(WRITTEN.partition("examples")[0])
    assert text.endswith(WRITTEN[WRITTEN.index("[refusal]") :])


def test_the_old_file_is_kept(domain: Domain) -> None:
    change(domain, ["only this"])
    kept = list((domain.folder.parents[1] / ".assistant" / "removed" / "staff" / "domain.toml").iterdir())
    assert [path.read_text("utf-8") for path in kept] == [WRITTEN]
    assert [path.name for path in domain.folder.parent.iterdir()] == ["staff"], "nothing half-written is left"


def test_a_change_made_meanwhile_is_not_overwritten(domain: Domain) -> None:
    seen = stamp(current(domain))
    change(domain, ["somebody else's"])
    with pytest.raises(DomainError, match="changed meanwhile"):
        change(domain, ["mine"], seen)
    assert current(domain) == ["somebody else's"]


def test_of_two_changes_at_the_same_time_the_second_is_told(domain: Domain, tmp_path: Path) -> None:
    seen = stamp(current(domain))
    (tmp_path / ".assistant").mkdir()
    with ThreadPoolExecutor(1) as pool:
        with FileLock(tmp_path / ".assistant/routing-staff.lock"):  # somebody's change is on its way
            second = pool.submit(change, domain, ["of the second"], seen)
            with pytest.raises(TimeoutError):
                second.result(0.3)
            (domain.folder / "domain.toml").write_text(WRITTEN.replace("I am ill", "of the first"), "utf-8")
        with pytest.raises(DomainError, match="changed meanwhile"):
            second.result()
    assert "of the first" in current(domain)


def test_a_measured_question_is_refused_as_the_check_does(domain: Domain) -> None:
    with pytest.raises(DomainError, match=r"(?s)reword these.*'how many days of leave' is the question 'q1'"):
        change(domain, ["fine", "how many days of leave"])
    assert (domain.folder / "domain.toml").read_text("utf-8") == WRITTEN


@pytest.mark.parametrize("lines", [["x" * 301], [f"line {number}" for number in range(2001)]])
def test_too_much_is_refused(domain: Domain, lines: list[str]) -> None:
    with pytest.raises(DomainError, match="at most"):
        change(domain, lines)


@pytest.mark.parametrize(
    "written",
    ['name = "staff"\nrouting = { examples = ["a"] }\n', 'name = "staff"\nrouting.examples = ["a"]\n', 'name = "staff"\n["routing"]\nexamples = ["a"]\n'],
)
def test_an_unusual_layout_is_left_to_people(domain: Domain, written: str) -> None:
    (domain.folder / "domain.toml").write_text(written)
    with pytest.raises(DomainError, match="in an editor"):
        change(domain, ["b"])
    assert (domain.folder / "domain.toml").read_text() == written


@pytest.mark.parametrize("written", ['name = "staff"\n', 'name = "staff"\n[routing]\n', 'name = "staff"\n[routing]\nexamples = []\n[title]\nen = "Staff"\n', "\ufeffname = \"staff\"\r\n[title]\r\nen = 'S'\r\n"])
def test_examples_are_added_where_there_were_none(domain: Domain, written: str) -> None:
    (domain.folder / "domain.toml").write_bytes(written.encode())
    change(domain, ["one", "two"])
    assert current(domain) == ["one", "two"]
    assert "\n" not in (domain.folder / "domain.toml").read_bytes().decode().replace("\r\n", "") or "\r\n" not in written


def test_a_domain_of_an_installed_package_is_not_touched(domain: Domain, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    with pytest.raises(DomainError, match="installed package"):
        change_utterances(Workspace(other), domain, ["x"], "")


def test_control_signs_do_not_reach_the_file(domain: Domain) -> None:
    change(domain, ["a\x00b\x1b[0m c\u202e", "]\n[access]\nask=[]"])
    assert current(domain) == ["ab[0m c", "] [access] ask=[]"]


def test_a_value_is_found_however_it_is_written() -> None:
    text = "[a]\nx = 'one' # c\ny = [ [1], \"]\" ]\n[b]\nx = 2"
    assert value_text(text, "a", "y") == '[ [1], "]" ]'
    assert tomllib.loads(with_value(text, "b", "x", 3, "3"))["b"]["x"] == 3
    assert "# c" in with_value(text, "a", "x", "two", '"two"')
    assert listed([]) == "[]"
    with pytest.raises(ValueError, match="too unusual"):
        with_value(text, "a", "x", "two", '"three"')
