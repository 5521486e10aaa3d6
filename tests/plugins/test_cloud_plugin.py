"""What the support desk checks: commands, packages, options, addresses, versions; sizes; the forms of a reply and a ticket."""

import pytest


@pytest.mark.parametrize(
    "answer",
    [
        "```bash\ntern token rotate\n```",
        "```bash\ntern config set region cn-north-1\n```",
        "Run `tern compute ssh my-own-box-7`.",
        "`tern alert create --metric cpu --above 90 --for 10m --instance db-2`",
        "`npm install @ternbox/sdk`, then `pip install --upgrade ternbox-sdk`",
        "`pip install ternbox-sdk==4.1.0`",
        "See https://status.ternbox.example.",
        "https://api.cn-east-1.ternbox.example",
        "Version 4.2 is the current release; Python 3.9 is needed.",
        "报 TB-4002 时设置 `TERNBOX_REGION`。",
        "1 TB is 1,024 GB, 2 TB = 2048 GB",
        "```python\nfrom ternbox import Drive\n```",
        "```bash\n# a comment\nsudo timedatectl set-ntp true\n```",
    ],
)
def test_what_the_documents_name_stands(cloud, answer: str) -> None:
    assert cloud.check_answer("", answer, []) == []


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("```bash\ntern token renew\n```", "tern token renew"),
        ("`tern config set verify false`", "tern config set verify false"),
        ("```bash\npip install ternbox\n```", "pip install ternbox"),
        ("`pip install --upgrade requests`", "requests"),
        ("`npm install ternbox`", "npm install ternbox"),
        ("`tern quota request --gpu 2`", "--gpu"),
        ("```bash\nrm -rf ~/.ternbox\n```", "rm -rf"),
        ("```bash\ncurl -k https://api.ternbox.example\n```", "curl"),
        ("See https://status.ternbox.io/now.", "https://status.ternbox.io/now"),
        ("Write to help@mail.ternbox.example", "help@mail.ternbox.example"),
        ("报 TB-9999 时重启。", "TB-9999"),
        ("export TERNBOX_DEBUG=1", "TERNBOX_DEBUG"),
        ("Upgrade to version 5.1 first.", "version 5.1"),
        ("Python 2.5 will do.", "Python 2.5"),
        ("1 TB is 1,000 GB", "1 TB is 1,000 GB"),
    ],
)
def test_what_the_documents_do_not_name_is_a_fault(cloud, answer: str, named: str) -> None:
    faults = cloud.check_answer("", answer, [])
    assert len(faults) >= 1
    assert any(named in fault for fault in faults)


def test_what_the_user_named_or_the_evidence_holds_may_be_said(cloud, evidence) -> None:
    assert cloud.check_answer("we still run macOS 9, error TB-9999", "macOS 9 is too old for TB-9999.", []) == []
    assert cloud.check_answer("", "Run `tern gpu list --all`.", evidence("List the cards with `tern gpu list --all`.")) == []


def test_a_draft_is_checked_like_an_answer(cloud) -> None:
    assert cloud.check_draft("write to the customer", "Hello!\nPlease run `tern fix everything`.", []) == ["tern fix everything is not in the documents"]


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("您有500G空间", "您有500 GB空间"),
        ("５００ＧＢ", "500 GB"),
        ("3T, 16gb and 2Tb", "3 TB, 16 GB and 2 TB"),
        ("1,024Gb", "1,024 GB"),
        ("10GiB or 500MB", "10 GB or 500 MB"),
        ("15 GB is 15 GB", "15 GB is 15 GB"),
    ],
)
def test_sizes_are_written_one_way(cloud, cleaned, written: str, clean: str) -> None:
    assert cleaned(cloud, written) == clean


@pytest.mark.parametrize("text", ["100 Mb/s", "100Mbps", "a 5G network", "5G 网络", "2C4G", "T+1", "c1.small", "B2-117g", "30 m", "part 16 of 20"])
def test_what_is_no_size_is_left_alone(cloud, cleaned, text: str) -> None:
    assert cleaned(cloud, text) == text


def test_code_is_left_alone_and_so_is_the_user(cloud, cleaned) -> None:
    code = "Limit it to 2g:\n```bash\ntern config set upload-limit 2mb # 2g\n```\nor `2gb`, not 3g"
    assert cleaned(cloud, code) == code.replace("to 2g:", "to 2 GB:").replace("not 3g", "not 3 GB")


def test_sizes_and_seats_are_computed(cloud, evidence) -> None:
    values = cloud.computed_values("we're a team of 7 with 2 TB", evidence("The Team plan costs 49 yuan per seat a month."))
    assert {"2,048 GB", "343 yuan"} <= set(values)
    assert {"3 TB", "245元"} <= set(cloud.computed_values("公司5个人，3072 GB", evidence("团队版每席位每月49元")))
    assert cloud.computed_values("How do I log in?", []) == []


def test_a_reply_greets_answers_and_goes_on(cloud) -> None:
    assert cloud.check_format("reply", "Hello! The Plus plan costs 29 yuan a month.\nNext step: order it in the console.")
    assert cloud.check_format("reply", "您好！Plus 版每月29元，包含 1 TB 空间。\n下一步：在控制台下单。")
    for wrong in ("The Plus plan costs 29 yuan a month.\nNext step: order it.", "Hello! The Plus plan costs 29 yuan a month.", "Hello!\nNext step: order it.", "您好！Plus 版每月29元，包含 1 TB 空间。"):
        assert not cloud.check_format("reply", wrong)


def test_a_ticket_is_a_handover_message_or_labelled_lines(cloud) -> None:
    assert cloud.check_format("ticket", "Your case has been passed to L2 as ticket 48213 with priority P2. You will hear from us by 16:30.")
    assert cloud.check_format("ticket", "您的问题已转交二线，工单号90238，优先级P3，我们会在明天12:00前回复您。")
    assert cloud.check_format("ticket", "转单说明（转二线）\n用户看到：TB-5001。\n已经试过：更换网络。\n怀疑：存储节点。")
    for wrong in ("Your case has been passed on.", "我们会回复您。", "Ticket\nnothing else", "Account ID: 7\nRegion: cn-east-1\nTime: now"):
        assert not cloud.check_format("ticket", wrong)


def test_every_answer_of_the_examples_passes(cloud, answers) -> None:
    assert [(said.origin, found) for said in answers(cloud) if (found := cloud.check_draft(said.asked, said.answer, []))] == []


def test_the_reference_answers_keep_the_format_they_name_and_pass(cloud) -> None:
    kept = [question for question in cloud.questions if question.format and question.reference]
    assert kept
    assert [question.id for question in kept if not cloud.check_format(question.format, question.reference)] == []
    assert [q.id for q in cloud.questions if q.reference and cloud.check_answer(q.question, q.reference, [])] == []
