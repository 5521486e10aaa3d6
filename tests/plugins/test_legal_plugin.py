"""What the legal desk checks in an answer, in a whole contract and in its examples."""

import pytest

CONTRACT = """TENANCY CONTRACT

Landlord (Party A): Ada Brook
Tenant (Party B): Ben Cole

Party A lets the premises in clause 1 to Party B. The parties agree:

1. Premises: ________.
2. Term: one year, beginning on ________.
3. Rent: 3,000 yuan (three thousand yuan) a month.

Party A (signature): ________ Date: ________
Party B (signature): ________ Date: ________

This is no legal advice."""
合同 = """房屋租赁合同

甲方（出租人）：程博
乙方（承租人）：安宁

甲方将第一条所列房屋出租给乙方，双方约定如下：

第一条 房屋：________。
第二条 租期：一年，自________起。
第三条 租金：每月人民币3,000元（大写：叁仟元整）。

甲方（签字）：________ 日期：________
乙方（签字）：________ 日期：________

以上内容不构成法律意见。"""
REQUEST = "Draft a lease, landlord Ada Brook, tenant Ben Cole, 3,000 yuan a month"
请求 = "起草租赁合同，出租人程博，承租人安宁，月租三千元"


def test_figures_and_words_must_say_the_same_amount(legal) -> None:
    assert legal.check_answer("", "Rent: 3,000 yuan (three thousand yuan) a month.", []) == []
    assert legal.check_answer("", "Rent: 3,000 yuan (four thousand yuan) a month.", []) == [
        "3,000 yuan in words is three thousand yuan, not four thousand yuan"
    ]
    assert legal.check_answer("", "租金：每月人民币3,000元（大写：叁仟元整）。", []) == []
    assert legal.check_answer("", "租金：每月人民币3,050元（大写：叁仟伍拾元整）。", []) == ["3,050 yuan in words is 叁仟零伍拾元整, not 叁仟伍拾元整"]


def test_a_sound_contract_has_no_fault_and_keeps_the_format(legal) -> None:
    for request, draft in ((REQUEST, CONTRACT), (请求, 合同)):
        assert legal.check_draft(request, draft, []) == []
        assert legal.check_format("contract", draft)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("2. Term", "4. Term", "clause 4 does not follow"),
        ("3. Rent", "2. Rent", "clause 2 does not follow"),
        ("Ben Cole", "________", "the request names Ben Cole"),
        ("3,000 yuan (three thousand yuan)", "3,200 yuan (three thousand two hundred yuan)", "the request names 3,000 yuan"),
    ],
)
def test_what_an_english_contract_gets_wrong_is_said(legal, old: str, new: str, fault: str) -> None:
    assert any(fault in said for said in legal.check_draft(REQUEST, CONTRACT.replace(old, new), []))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [("第二条", "第四条", "clause 第四条"), ("安宁", "________", "names 安宁"), ("叁仟元整", "叁万元整", "叁仟元整, not 叁万元整")],
)
def test_what_a_chinese_contract_gets_wrong_is_said(legal, old: str, new: str, fault: str) -> None:
    assert any(fault in said for said in legal.check_draft(请求, 合同.replace(old, new), []))


@pytest.mark.parametrize(
    "gone",
    ["TENANCY CONTRACT\n", "Tenant (Party B): Ben Cole\n", " (three thousand yuan)", "Party B (signature): ________ Date: ________\n", "\n\nThis is no legal advice."],
)
def test_a_contract_without_one_of_its_parts_does_not_keep_the_format(legal, gone: str) -> None:
    assert gone in CONTRACT
    assert not legal.check_format("contract", CONTRACT.replace(gone, ""))


def test_clauses_count_below_their_number_and_anew_in_an_annex(legal) -> None:
    long = "SERVICES CONTRACT\n1 Term\n1.1 One year.\n1.2 It ends.\n2 Fee\n2.1 A fee is due.\n\nAnnex 1\n1. Windows\n2. Doors\n"
    assert legal.check_draft("", long, []) == []
    assert legal.check_draft("", long.replace("2.1", "2.2"), []) == ["clause 2.2 does not follow the one before it"]
    assert legal.check_draft("", long.replace("2.1", "3.1"), []) == ["clause 3.1 does not follow the one before it"]
    articles = "服务合同\n第一条 期限\n1. 一年。\n2. 不续。\n第二条 费用\n1. 按月付。\n"
    assert legal.check_draft("", articles, []) == []
    assert legal.check_draft("", articles.replace("第二条", "第三条"), [])


def test_an_excerpt_may_begin_anywhere(legal) -> None:
    assert legal.check_draft("只改第八条给我", "第八条 争议：由被告所在地法院管辖。", []) == []


def test_companies_and_persons_of_a_request_are_recognised(legal) -> None:
    empty = "合同\n"
    request = "柳巷21号803室，鹤汀置业有限公司租给段小川住两年，出一份合同。"
    assert [said.split()[3].rstrip(",") for said in legal.check_draft(request, empty, [])] == ["鹤汀置业有限公司", "段小川"]
    request = "Sale contract: Maple Furniture Ltd. sells 20 desks to Heting Property Co., Ltd., please."
    assert len(legal.check_draft(request, "SALE CONTRACT\nMaple Furniture Ltd. and Heting Property Co., Ltd.", [])) == 0
    assert len(legal.check_draft(request, "SALE CONTRACT\nMaple Furniture Ltd.", [])) == 1


def test_words_totals_and_last_days_are_computed(legal) -> None:
    values = legal.computed_values("Lease for two years from 1 March 2027 at 4,500 yuan a month", [])
    assert {"four thousand five hundred yuan", "肆仟伍佰元整", "108,000 yuan", "壹拾万零捌仟元整", "28 February 2029", "2029年2月28日"} - set(values) == {"壹拾万零捌仟元整"}
    assert "壹拾万捌仟元整" in values
    values = legal.computed_values("月租一万二，租半年，2026年8月31日起", [])
    assert {"12,000元", "壹万贰仟元整", "72,000元", "柒万贰仟元整", "2027年2月28日"} <= set(values)
    assert legal.computed_values("Who keeps the seal?", []) == []


def test_a_yearly_fee_is_not_multiplied_by_months(legal) -> None:
    assert "2,160,000 yuan" not in legal.computed_values("two years, 90,000 yuan a year", [])


def test_a_review_has_its_four_lines_in_order(legal) -> None:
    review = "Risk: High\nClause: liability cap (K-30, P1)\nReason: Heting stops there.\nProposed wording: Liability is limited."
    zh = "风险：高\n条款：责任上限（K-30第P1条）\n理由：不能签。\n建议措辞：以服务费为限。"
    assert legal.check_format("clause_review", review)
    assert legal.check_format("clause_review", zh)
    for wrong in (review.replace("High", "Huge"), review.replace("Reason", "Because"), zh.replace("理由", "原因"), "\n".join(reversed(review.split("\n")))):
        assert not legal.check_format("clause_review", wrong)


def test_an_unknown_format_is_an_error(legal) -> None:
    with pytest.raises(KeyError, match="sonnet"):
        legal.check_format("sonnet", "")


def test_an_example_with_a_wrong_amount_is_left_out(legal, cleaned) -> None:
    good = "租金：每月人民币1,900元（大写：壹仟玖佰元整）。"
    assert cleaned(legal, good) == good
    assert cleaned(legal, good.replace("玖佰", "捌佰")) == ""


def test_every_answer_of_the_examples_passes(legal, answers) -> None:
    faults = [(said.origin, found) for said in answers(legal) if (found := legal.check_answer(said.asked, said.answer, []))]
    faults += [(said.origin, found) for said in answers(legal) if said.draft and (found := legal.check_draft(said.request, said.answer, []))]
    assert faults == []


def test_the_contracts_of_the_examples_keep_the_format(legal, answers) -> None:
    titled = [said for said in answers(legal) if said.draft and said.answer.split("\n")[0].endswith(("CONTRACT", "合同", "AGREEMENT", "保密协议"))]
    assert len(titled) > 25
    assert [said.origin for said in titled if not legal.check_format("contract", said.answer)] == []


def test_the_reference_answers_keep_the_format_they_name(legal) -> None:
    kept = [question for question in legal.questions if question.format and question.reference]
    assert kept
    assert [question.id for question in kept if not legal.check_format(question.format, question.reference)] == []
