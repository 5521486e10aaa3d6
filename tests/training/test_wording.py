import pytest

from assistant.records import Example, Kind, Turn
from assistant.rows.examples import Read
from assistant.rows.swapped import with_swaps
from assistant.rows.wording import Wording, says_little

LONG = "The store room is opened by the facilities team on working days"


def kinds(question: str, answer: str, kind: Kind = "answer", wording: Wording | None = None) -> list[str]:
    example = Example((Turn("user", question), Turn("assistant", answer)), kind)
    return [doubt.kind for doubt in (wording or Wording(("en", "zh"))).doubts(example)]


@pytest.mark.parametrize(
    "answer",
    ["Ask the front desk for the", "Ask the front desk,", "Bring these papers:", "Type this:\n```\nls -l", "It costs 30 yuan (see the fee",
     "请向前台申请，", "申请表交给前台和", "申请前请准备以下材料：", "费用标准见附表（第三"],
)  # fmt: skip
def test_an_answer_that_breaks_off_is_seen(answer: str) -> None:
    assert kinds("Where? 在哪里？", answer)[:1] == ["truncated"]


@pytest.mark.parametrize(
    "answer",
    ["15 GB", "Next: open a ticket with form M-2", "- one\n- two", "Signature: ________\nDate:", "甲方（盖章）：\n日期：", "See https://example.com/a/", "| a | b |",
     "Run `pip install x`", "在港湾系统申请", "第一步：登录\n第二步：提交", "Yes! :)", "It is 5 < 6 (always)."],
)  # fmt: skip
def test_a_whole_answer_may_end_as_it_likes(answer: str) -> None:
    assert "truncated" not in kinds("Where? 在哪里？", answer)


def test_a_missing_full_stop_is_a_fault_only_where_answers_have_one() -> None:
    strict, loose = Wording(("en",)), Wording(("en",))
    for number in range(12):
        assert kinds("Where?", f"{LONG} {number}.", wording=strict) == []
        assert kinds("Where?", f"{LONG} number {number} I", wording=loose) == []
    assert kinds("Where?", LONG, wording=strict) == ["truncated"]
    assert kinds("Where?", LONG, wording=loose) == []


@pytest.mark.parametrize("answer", ["Um… maybe Tuesday.", "I think maybe 5 days.", "Maybe? Ask again.", "可能吧，你问问别人。", "嗯，应该是5天。", "可能是发票的问题吧，再看看。", "我也不知道。"])
def test_wavering_is_seen(answer: str) -> None:
    assert kinds("How long 多久?", answer) == ["filler"]


@pytest.mark.parametrize("answer", ["You may be asked for a badge.", "If you are not sure, ask the front desk.", "可能需要两天。", "应该在三天内提交。", "Volume and museum."])
def test_plain_words_are_no_wavering(answer: str) -> None:
    assert "filler" not in kinds("How long? 多久？", answer)


@pytest.mark.parametrize("text", ["Dear {{name}},", "Dear [NAME],", "Dear [Your name],", "Call xxx now.", "金额：待填。", "联系【姓名】。", "TODO: write this.", "XX公司的规定。", "某某部门办理。"])
def test_placeholders_are_seen(text: str) -> None:
    assert "placeholder" in kinds("How 怎么办?", text + " That is all 就这些.")


@pytest.mark.parametrize("text", ["See [the guide](guide.md).", "Use `{{name}}` in the template.", "Rooms [A1] and [B2].", "Blank: ________.", "[name removed] [ID number removed]", "〔电话已隐去〕。", "等待填表的人。"])
def test_code_links_blanks_and_masks_are_no_placeholders(text: str) -> None:
    assert "placeholder" not in kinds("How?", text)


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("年假有几天？", "Annual leave is fifteen days for every employee.", True),
        ("How long is annual leave?", "每位员工每年有十五天年假。", True),
        ("用英文写一句问候", "Good morning to all of you on the team.", False),
        ("P1 怎么报？", "P1", False),
        ("怎么装？", "先运行 pip install tern-sdk==2.4，再执行 tern login。", False),
        ("What does 工单 mean?", "It means a ticket that the support desk works on.", False),
        ("年假有几天？", "十五天。Please note that the rest of it is carried over to the next year.", True),
        ("なんですか", "これはテストのこたえです。", True),
    ],
)
def test_an_answer_is_in_the_language_of_its_question(question: str, answer: str, found: bool) -> None:
    assert ("language" in kinds(question, answer)) is found


def test_a_language_that_the_domain_does_not_promise_is_told() -> None:
    example = Example((Turn("user", "年假有几天？"), Turn("assistant", "每位员工每年有十五天年假。")))
    (doubt,) = Wording(("en",)).doubts(example)
    assert "domain.toml does not promise the language" in doubt.text


def test_garbled_characters_are_seen() -> None:
    assert kinds("Where?", "At the front desk of the caf\ufffd building.") == ["encoding"]


@pytest.mark.parametrize(("answer", "little"), [("ok", True), ("好的", True), ("见附件", True), ("?", True), ("15 days", True), ("是的，可以带。", False), ("It is on the first floor.", False)])
def test_an_answer_of_a_word_or_two_says_little(answer: str, little: bool) -> None:
    assert says_little(answer) is little


# swapped columns

TELLS, ASKS = "Meeting rooms are booked in the room calendar, at most 30 days ahead.", "how early can I book a room?"
GOOD = ("Where is the panel?", "It hangs beside the door of each room.")


def swaps(pairs: list[tuple[str, str]], shape: str = "question, answer") -> list[bool]:
    rows = [Read(f"a.csv:{n}", Example((Turn("user", q), Turn("assistant", a))), shape=shape) for n, (q, a) in enumerate(pairs, 2)]
    return [swapped for _, swapped in with_swaps(rows)]


def test_a_block_of_swapped_columns_is_found_to_its_last_row() -> None:
    block = [("The panel hangs beside the door of every room.", "where is the panel?"), (TELLS, ASKS), ("访客停车每小时5元，每天最多40元，由前台登记。", "访客停车贵不贵")]
    assert swaps([GOOD, GOOD, *block, GOOD]) == [False, False, True, True, True, False]
    assert swaps(block, shape="messages") == [False, False, False]


def test_a_question_back_is_no_swap() -> None:
    back = ("My build has failed since this morning and nobody answers me.", "Which region is it in, and which error do you see?")
    assert swaps([GOOD, back, GOOD]) == [False, False, False]
