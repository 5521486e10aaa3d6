"""The train tab's handlers, called as functions: what a file holds, what is refused, what a training's folder says, what goes live."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from filelock import FileLock

from assistant.access import LOCAL, User
from assistant.errors import StoreError, TrainingError
from assistant.models.engine import ModelInfo
from assistant.plugin_code import sha256
from assistant.plugins import Plugins, load_plugins
from assistant.records import case_of
from assistant.registry import WEIGHTS, Registry
from assistant.rows.importing import write_new
from assistant.training import background
from assistant.training.auto import Facts, choose
from assistant.training.background import NICE, Sitting, begin, busy, latest, stop, threads_beside
from assistant.training.diagnosis.course import course
from assistant.training.events import note
from assistant.training.following import course_of, standing_of
from assistant.training.gate import decide
from assistant.training.recipe import AUTO, Gate, Lora, Recipe, Training
from assistant.training.runs import Run, one_training
from assistant.ui.page.tab import visible
from assistant.ui.texts import say
from assistant.ui.texts.told import English, told_all
from assistant.ui.train.curve import curve
from assistant.ui.train.faults import fault_list
from assistant.ui.train.plan import MORE, SETTINGS, expected
from assistant.ui.train.tab import TrainTab
from assistant.ui.train.trying import marked
from tests.training.conftest import write_examples
from tests.ui.conftest import site_of

REQUEST: Any = gr.Request()
CSV = """question,answer
How long is annual leave?,"<b>Rule</b>: annual leave is 15 days a year, more after five years of work."
How long is annual leave?,"Rule: annual leave is 15 days a year, more after five years of work."
Who signs a request?,
Where is the badge of a visitor kept?,"Rule: a visitor hands the badge back at the reception desk."
"""
TRAINERS = User("ana", frozenset({"trainers"}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins" / "staff"
    write_examples(folder / "examples")
    (folder / "domain.toml").write_text('name = "staff"\n[access]\ntrain = ["trainers"]\npromote = ["leads"]\n', "utf-8")
    return tmp_path


@pytest.fixture
def tab(root: Path) -> Iterator[TrainTab]:
    site = site_of(root)
    made = TrainTab(site)
    from assistant.ui.page.tab import Frame

    with gr.Blocks() as page:
        language = gr.Radio(["en", "zh"], value="en")
        with gr.Tab("train") as opened:
            made.build(Frame(page, opened, language))
    yield made
    site.history.close()


def version(root: Path, live: bool, **card: Any) -> Any:
    """A version with a card and the least files that can be loaded."""
    from safetensors.numpy import save_file

    registry = Registry(root / "adapters", "starter")
    partial = registry.begin("staff")
    import numpy

    save_file({"a": numpy.zeros(1)}, partial / WEIGHTS)
    (partial / "adapter_config.json").write_text('{"peft_type": "LORA"}', "utf-8")
    made = registry.publish(partial, {"created": "2026-11-21T10:00:00", **card})
    if live:
        registry.use(made, "for the test")
    return made


def dropped(tab: TrainTab, root: Path, name: str, text: str) -> str:
    """A file as the page hands it over, uploaded by whoever sits here."""
    (root / name).write_text(text, "utf-8")
    tab.site.claims.give(LOCAL, root / name)
    return str(root / name)


def as_user(tab: TrainTab, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab.site, "who", lambda request: user)


def test_a_dropped_file_is_recognised_with_its_faults_row_by_row(tab: TrainTab, root: Path) -> None:
    shown, use, buttons, _undo = tab.rows.look(dropped(tab, root, "rows & more.csv", CSV), "staff", "en", REQUEST)
    assert "rows read: 4; used: 2; left out: 2" in shown
    assert "question, answer" in shown
    assert "<td>duplicate</td>" in shown and "<td>3</td>" in shown
    assert "the answer is missing" in shown and "<td>4</td>" in shown
    assert "rows &amp; more.csv" in shown
    assert "<td>Rule: annual leave is 15 days a year, more after five years of work.</td>" in shown, "the preview shows the cleaned answer"
    assert use["visible"] and buttons["visible"]


def test_markup_in_a_file_shows_as_text(tab: TrainTab, root: Path) -> None:
    shown, *_ = tab.rows.look(dropped(tab, root, "x.csv", 'question,answer\n<img src=x onerror=alert(1)> what?,"Rule: a [link](javascript:x) & more text that is long enough."\n'), "staff", "en", REQUEST)
    assert "<img" not in shown
    assert "&amp; more text" in shown


def test_rows_are_added_under_a_free_name_and_taken_out_again(tab: TrainTab, root: Path) -> None:
    path, examples = dropped(tab, root, "dialogues.csv", CSV), root / "plugins" / "staff" / "examples"
    before = (examples / "dialogues.jsonl").read_bytes()
    *_, mark, since = tab.rows.put(path, "examples", "staff", "en", REQUEST)
    assert (examples / "dialogues.jsonl").read_bytes() == before
    assert len((examples / "dialogues-2.jsonl").read_text("utf-8").splitlines()) == 2
    assert "can be learned now: 12" in since
    tab.rows.take_back(mark, "staff", "en", REQUEST)
    assert [one.name for one in examples.iterdir()] == ["dialogues.jsonl"]


def test_two_people_who_add_files_of_one_name_at_once_both_add_theirs(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(files: Any) -> None:
        time.sleep(0.2)
        write_new(files)

    path, examples = dropped(tab, root, "calls.csv", CSV), root / "plugins" / "staff" / "examples"
    monkeypatch.setattr("assistant.ui.train.rows.write_new", slowly)
    with ThreadPoolExecutor(2) as people:
        list(people.map(lambda _: tab.rows.put(path, "examples", "staff", "en", REQUEST), range(2)))
    assert sorted(one.name for one in examples.iterdir()) == ["calls-2.jsonl", "calls.jsonl", "dialogues.jsonl"]


def test_a_file_that_another_user_uploaded_is_not_read(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = dropped(tab, root, "secret.csv", CSV)
    as_user(tab, TRAINERS, monkeypatch)
    for one in (path, str(root / "assistant.toml"), "/etc/hostname"):
        with pytest.raises(gr.Error, match="not uploaded by you"):
            tab.rows.look(one, "staff", "en", REQUEST)
        with pytest.raises(gr.Error, match="not uploaded by you"):
            tab.rows.put(one, "examples", "staff", "en", REQUEST)


def test_what_was_changed_since_is_not_taken_out(tab: TrainTab, root: Path) -> None:
    *_, mark, _since = tab.rows.put(dropped(tab, root, "new.csv", CSV), "examples", "staff", "en", REQUEST)
    added = root / "plugins" / "staff" / "examples" / "new.jsonl"
    added.write_text(added.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(gr.Error, match="changed since"):
        tab.rows.take_back(mark, "staff", "en", REQUEST)
    assert added.exists()
    for forged in ("staff/../../../assistant.toml/0", "staff/dialogues.jsonl/0", "", "//"):
        with pytest.raises(gr.Error):
            tab.rows.take_back(forged, "staff", "en", REQUEST)
    assert (root / "assistant.toml").exists()


def test_who_may_not_train_gets_nothing(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(tab, User("eve"), monkeypatch)
    path = dropped(tab, root, "x.csv", CSV)
    page = {tab.domain: "staff", tab.plan.language: "en", tab.plan.cures: "0", **dict.fromkeys(tab.plan.fields.values(), "auto")}
    for attempt in (
        lambda: tab.rows.look(path, "staff", "en", REQUEST),
        lambda: tab.rows.put(path, "examples", "staff", "en", REQUEST),
        lambda: tab.plan.estimate(page, REQUEST),
        lambda: tab.watch.begin(page, REQUEST),
        lambda: tab.watch.go_on("staff", "en", REQUEST),
        lambda: tab.watch.end("staff", "en", REQUEST),
        lambda: tab.show("staff", "en", REQUEST),
        lambda: tab.tick("staff", "en", "", REQUEST),
        lambda: tab.choose("staff", "1", "en", REQUEST),
        lambda: tab.promote("staff", "1", True, "en", REQUEST),
        lambda: tab.roll_back("staff", "staff@2 > staff@1", "en", REQUEST),
        lambda: list(tab.trying.ask_own("who?", "staff", "1", "en", REQUEST)),
        lambda: list(tab.trying.compare("staff", "1", "en", REQUEST)),
    ):
        with pytest.raises(gr.Error, match="eve may not"):
            attempt()
    assert tab.open(None, "en", REQUEST)[0]["choices"] == []
    assert not (root / ".assistant" / "runs").exists()


def test_who_trains_needs_another_right_to_put_live(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version(root, live=False)
    as_user(tab, TRAINERS, monkeypatch)
    with pytest.raises(gr.Error, match="may not promote"):
        tab.promote("staff", "1", True, "en", REQUEST)
    assert "right to promote" in tab.show("staff", "en", REQUEST)[-4]
    assert Registry(root / "adapters", "starter").current("staff") is None


def test_who_may_only_promote_decides_but_neither_trains_nor_adds_rows(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version(root, live=True)
    version(root, live=False)
    lead = User("leo", frozenset({"leads"}))
    as_user(tab, lead, monkeypatch)
    assert visible(tab, tab.site, lead) and not visible(tab, tab.site, User("eve"))
    domains, *places = tab.open(None, "en", REQUEST)[:4]
    assert domains["value"] == "staff"
    assert [place["visible"] for place in places] == [False, False, False]
    assert "right to promote" not in tab.choose("staff", "2", "en", REQUEST)[-2]
    assert len(tab.tick("staff", "en", "", REQUEST)) == len(tab.show("staff", "en", REQUEST))
    assert "staff@2 is live" in tab.promote("staff", "2", False, "en", REQUEST)[0]
    assert "staff@1 is live" in tab.roll_back("staff", "staff@2 > staff@1", "en", REQUEST)[0]
    for attempt in (
        lambda: tab.rows.look(dropped(tab, root, "x.csv", CSV), "staff", "en", REQUEST),
        lambda: tab.watch.go_on("staff", "en", REQUEST),
        lambda: tab.watch.end("staff", "en", REQUEST),
    ):
        with pytest.raises(gr.Error, match="may not train"):
            attempt()


def test_an_index_that_another_one_writes_does_not_make_the_rows_come_twice(tab: TrainTab, root: Path) -> None:
    def busy_index(domain: Any, waiting: Any = None) -> None:
        raise StoreError("another process or window is indexing this workspace; try again when it has finished")

    tab.site.opening = SimpleNamespace(ready=SimpleNamespace(plugins=tab.site.plugins, workspace=tab.site.workspace, registry=Registry(root / "adapters", "starter"), knowledge=SimpleNamespace(index=busy_index)))
    file, shown, *_ = tab.rows.put(dropped(tab, root, "rows.csv", CSV), "both", "staff", "en", REQUEST)
    assert file is None, "nothing is left to be added again"
    assert "new documents will be indexed after that" in shown


def test_answers_that_draw_on_documents_for_others_are_not_compared(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version(root, live=False)
    ledger = SimpleNamespace(access=lambda domain: {"pay.md": ("board",)})
    tab.site.opening = SimpleNamespace(ready=SimpleNamespace(plugins=tab.site.plugins, workspace=tab.site.workspace, registry=Registry(root / "adapters", "starter"), knowledge=SimpleNamespace(ledger=ledger)))
    assert list(tab.trying.compare("staff", "1", "en", REQUEST)), "an administrator reads every document"
    as_user(tab, TRAINERS, monkeypatch)
    with pytest.raises(gr.Error, match="may not read"):
        list(tab.trying.compare("staff", "1", "en", REQUEST))


def test_two_starts_at_once_are_refused_in_words(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PATIENCE", 0)
    runs = root / ".assistant" / "runs"
    runs.mkdir(parents=True)
    with FileLock(runs / "starting.lock"), pytest.raises(gr.Error, match="another start is under way"):
        tab.watch.go_on("staff", "en", REQUEST)


def test_a_training_is_told_which_code_it_may_run(tab: TrainTab, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command itself is run in test_plugins_reloaded; here, what it is given."""
    told: dict[str, str] = {}
    began = subprocess.Popen

    def listen(command: list[str], **more: Any) -> Any:
        told.update(more["env"])
        return began([sys.executable, "-c", ""], **more)

    monkeypatch.setattr(background.subprocess, "Popen", listen)
    staff = root / "plugins" / "staff"
    (staff / "plugin.py").write_text("seen = True\n", "utf-8")
    plugins = load_plugins(tab.site.workspace)
    (staff / "plugin.py").write_text("raise SystemExit\n", "utf-8")
    begin(tab.site.workspace, plugins, plugins.domain("staff"), LOCAL, "plan")
    assert told["ASSISTANT_RAN"] == json.dumps({"staff": sha256(b"seen = True\n")})


def test_impossible_settings_are_refused_before_anything_starts(tab: TrainTab, root: Path) -> None:
    fields = dict.fromkeys(tab.plan.fields.values(), "auto")
    for place, value, words in (("lora.rank", "9999", "512"), ("training.epochs", "--help", "epochs"), ("training.steps", "ten", "steps")):
        page = {tab.domain: "staff", tab.plan.language: "en", tab.plan.cures: "0", **fields, tab.plan.fields[place]: value}
        with pytest.raises(gr.Error, match=words):
            tab.watch.begin(page, REQUEST)
    with pytest.raises(gr.Error, match="0 to 3"):
        tab.watch.begin({tab.domain: "staff", tab.plan.language: "en", tab.plan.cures: "99", **fields}, REQUEST)
    assert busy(tab.site.workspace) is None


def test_a_candidate_the_gate_advises_against_takes_a_tick(tab: TrainTab, root: Path) -> None:
    version(root, live=True)
    version(root, live=False, gate={"live": False, "reasons": ["facts −9.0 <b>"], "scores": {}})
    registry = Registry(root / "adapters", "starter")
    _shown, words, tick = tab.versions.ask("staff", "2", "en", REQUEST)
    assert "facts −9.0 &lt;b&gt;" in words and tick["visible"]
    with pytest.raises(gr.Error, match="tick"):
        tab.promote("staff", "2", False, "en", REQUEST)
    tab.promote("staff", "2", True, "en", REQUEST)
    assert (live := registry.current("staff")) and live.number == 2
    assert registry.decisions("staff")[-1]["reason"] == "chosen by local against the gate"
    tab.roll_back("staff", "staff@2 > staff@1", "en", REQUEST)
    assert registry.decisions("staff")[-1]["reason"] == "rolled back by local"
    assert (live := registry.current("staff")) and live.number == 1


def test_two_who_go_back_do_not_put_the_version_live_again_that_both_left(tab: TrainTab, root: Path) -> None:
    first, second = version(root, live=True), version(root, live=True)
    shown = dict(zip(tab._about_version(), tab.choose("staff", "2", "en", REQUEST), strict=True))
    assert "staff@1 will answer again, in place of staff@2." in shown[tab.versions.back_sure]
    said = [tab.roll_back("staff", shown[tab.versions.way], "en", REQUEST) for _who in ("ana", "leo")]
    assert "staff@1 is live again" in said[0][0]
    assert "Nothing was changed" in said[1][0] and "Live now: staff@1" in said[1][0]
    registry = Registry(root / "adapters", "starter")
    assert registry.current("staff") == first
    anew = dict(zip(tab._about_version(), said[1][1:], strict=True))
    assert "staff@2 will answer again, in place of staff@1." in anew[tab.versions.back_sure], "the page shows how it is now"
    tab.roll_back("staff", anew[tab.versions.way], "en", REQUEST)
    assert registry.current("staff") == second


@pytest.mark.parametrize("number", ["9", "../1", "", "-1", "1; rm"])
def test_only_versions_that_exist_are_chosen(tab: TrainTab, root: Path, number: str) -> None:
    version(root, live=False)
    with pytest.raises(gr.Error):
        tab.choose("staff", number, "en", REQUEST)


def test_what_cannot_serve_as_trained_is_not_put_live_by_any_tick(tab: TrainTab, root: Path) -> None:
    version(root, live=False, parity=[{"name": "loaded", "passed": False, "cause": "other template"}])
    with pytest.raises(gr.Error, match="does not answer as it was trained"):
        tab.promote("staff", "1", True, "en", REQUEST)
    assert "other template" in tab.show("staff", "en", REQUEST)[3 + 4 + 4]


def ended(root: Path, **record: Any) -> Sitting:
    """A process that has ended, and the run it worked on."""
    folder = root / ".assistant" / "runs" / "staff"
    (folder / "sittings").mkdir(parents=True)
    sitting = Sitting("staff", "ana", "train", (), 2**22 + 1, 1.0, "2026-11-21T10:00:00.000+00:00", folder / "sittings" / "one.json")
    sitting.file.write_text(json.dumps({"domain": "staff", "by": "ana", "kind": "train", "words": [], "pid": sitting.pid, "born": 1.0, "begun": sitting.begun}), "utf-8")
    run = Run(folder / "20261121-100001-000")
    run.folder.mkdir()
    run.note(domain="staff", state="training", sitting="one", process=sitting.pid, **record)
    note(run.folder, "begin", run=run.id, domain="staff", base="tiny", resumed=False, steps=10, seconds=60.0, memory_gb=1.0)
    for step in (1, 2, 3):
        note(run.folder, "step", step=step, steps=10, epoch=0.1, loss=3.0 / step, seconds_left=70.0)
    note(run.folder, "held_out", step=3, epoch=0.3, loss=2.5)
    return sitting


def test_a_killed_training_is_said_with_its_last_words_and_can_go_on(tab: TrainTab, root: Path) -> None:
    sitting = ended(root)
    sitting.file.with_suffix(".log").write_text("staff: train 3/10\n<b>Killed</b>\n", "utf-8")
    found = standing_of(sitting)
    assert found.state == "crashed"
    assert found.course.losses == [(1, 3.0), (2, 1.5), (3, 1.0)]
    live, start, resume, halt, _asking = tab.watch.show(tab.site.plugins.domain("staff"), "en")
    assert "ended unexpectedly" in live and "&lt;b&gt;Killed" in live and "continue where it stopped" in live and "started by ana" in live
    assert (start["visible"], resume["visible"], halt["visible"]) == (True, True, False)


def test_a_stopped_training_says_so_and_a_resumed_one_draws_one_curve(root: Path) -> None:
    from assistant.training.events import follow

    sitting = ended(root)
    run = sitting.run
    assert run
    note(run.folder, "end", state="stopped", text="stopped at step 3; go on with: assistant train staff --resume")
    assert standing_of(sitting).state == "stopped"
    note(run.folder, "begin", run=run.id, domain="staff", base="tiny", resumed=True, steps=10)
    note(run.folder, "step", step=2, steps=10, epoch=0.1, loss=1.4)
    course = course_of(follow(run.folder))
    assert course.losses == [(1, 3.0), (2, 1.4)]
    assert course.end is None


def test_an_error_of_the_command_is_shown_in_its_own_words(root: Path) -> None:
    sitting = ended(root)
    shutil.rmtree(root / ".assistant" / "runs" / "staff" / "20261121-100001-000")
    sitting.file.with_suffix(".log").write_text("staff: examples\nassistant: 'staff' has no usable example\n", "utf-8")
    found = standing_of(sitting)
    assert (found.state, found.text) == ("failed", "'staff' has no usable example")


def test_a_pid_given_to_another_program_is_no_training(root: Path) -> None:
    sitting = ended(root)
    values = json.loads(sitting.file.read_text("utf-8")) | {"pid": os.getpid()}
    sitting.file.write_text(json.dumps(values), "utf-8")
    from assistant.settings import Workspace

    found = latest(Workspace(root), "staff", "train")
    assert found and not found.running
    stop(found)  # this process lives on


def test_a_training_begun_in_a_terminal_is_seen_and_none_starts_beside_it(tab: TrainTab, root: Path) -> None:
    with one_training(tab.site.workspace, "staff"):
        found = latest(tab.site.workspace, "staff", "train")
        assert found and found.running and found.pid == os.getpid() and not found.by
        staff = tab.site.plugins.domain("staff")
        with pytest.raises(TrainingError, match="'staff' is being trained already"):
            begin(tab.site.workspace, tab.site.plugins, staff, TRAINERS, "train")
        with pytest.raises(TrainingError, match="something else is being trained") as error:
            begin(tab.site.workspace, Plugins(), staff, TRAINERS, "train")
        assert "staff" not in str(error.value), "a domain that the user may not ask in is not named"
    shown = tab.watch.show(tab.site.plugins.domain("staff"), "en")
    assert "started by" not in shown[0] or "command line" in shown[0]


def test_half_of_the_processor_is_left_to_the_answers(tab: TrainTab) -> None:
    assert 1 <= threads_beside(tab.site.workspace.settings) <= max(1, (os.cpu_count() or 2) // 2)
    assert NICE == 10


def test_words_beside_a_setting_are_the_recipes_own() -> None:
    fields = {f"lora.{key}": field for key, field in Lora.model_fields.items()} | {f"training.{key}": field for key, field in Training.model_fields.items()}
    for place in SETTINGS:
        assert say(SETTINGS[place][1], "en") == fields[place].description
    assert set(MORE) <= set(fields)


def test_the_curve_is_drawn_without_markup_from_outside_and_says_its_course_in_words() -> None:
    drawn = curve([(1, 3.0), (2, float("nan")), (3, 1.0)], [(3, 1.5), (4, 1.4)], 10, "en")
    assert drawn.count("<polyline") == 2 and drawn.count("<circle") == 2
    assert "nan" not in drawn
    assert "Training loss from 3.000 to 1.000" in drawn
    assert curve([], [], 0, "en") == ""


def test_only_the_words_that_differ_are_marked() -> None:
    assert marked("At most 2 days <a>", "At most 3 days <a>") == "At most <mark>2</mark> days &lt;a&gt;"




ROWS_ZH = """question,answer
May I carry leave over?,Rule: up to five days may be carried over into the next year.
What is the notice?,
Who signs <b>it</b>?,"Rule: your manager signs, mail li.lei@example.org for a copy of the form."
How long is leave?,ok
May I carry leave over?,Rule: up to five days may be carried over into the next year.
Where is the form?,Rule: the form lies in the
"""


def test_what_is_wrong_with_rows_is_said_in_chinese_on_the_chinese_page(tab: TrainTab, root: Path) -> None:
    shown, *_ = tab.rows.look(dropped(tab, root, "zh.csv", ROWS_ZH), "staff", "zh", REQUEST)
    for words in ("缺少答案；请填写“answer”", "残留 HTML（", "含有邮箱地址（", "回答“ok”几乎没有内容", "只学习一次", "回答不完整（以“the”结尾）"):
        assert words in shown, words
    assert 'lang="en"' not in shown
    refused, *_ = tab.rows.look(dropped(tab, root, "none.csv", "question,answer\nWhat is the notice?,\n"), "staff", "zh", REQUEST)
    assert "没有一行可以使用：none.csv:2：缺少答案" in refused


def test_settings_the_gate_and_the_diagnosis_speak_chinese_on_the_chinese_page() -> None:
    base = ModelInfo("base", "base", 32768, 2400, 24, 6, True, "cpu", "float32", "", 500_000_000)
    _recipe, choices = choose(Recipe().leaving(frozenset(AUTO)), base, Facts(40, 300, 8.0))
    plan = json.loads(json.dumps({"choices": [asdict(one) for one in choices]}))
    shown = expected(plan, "zh")
    assert "40 行：小适配器能学会格式" in shown and "8 GB 可用内存" in shown and 'lang="en"' not in shown
    losses = [{"step": step, "loss": 2 + step / 10} for step in range(12)]
    faults = course(losses, Recipe())
    seen = fault_list(json.loads(json.dumps([fault.record() for fault in faults])), "zh")
    assert "损失开始为 2.000" in seen and "降低学习率" in seen and 'lang="en"' not in seen
    verdict = decide(None, faults, Gate(), False, {"candidate": 2.5, "base": 2.0})
    kept = json.loads(json.dumps({"live": verdict.live, "reasons": verdict.reasons, "told": {"reasons": [case_of(one) for one in verdict.reasons]}}))
    first, second = told_all(kept, "reasons", "zh")
    assert first.startswith("训练发散：损失开始为 2.000") and second == "留出集损失 2.500，基础模型为 2.000：变差超过 2%"
    old = {"live": False, "reasons": ["as an earlier release said it"]}
    assert [type(one) for one in told_all(old, "reasons", "zh")] == [English]
