"""A passage is found on a page however the page lays it out."""

import pytest

from assistant.ui.page.marking import marked


def said(page: str, passage: str, before: str = "") -> list[str]:
    return [page[start:end] for start, end in marked(passage, page, before)]


@pytest.mark.parametrize(
    ("passage", "page", "found"),
    [
        ("The tenant pays on the first day.", "1 Rent\r\nThe tenant pays\r\non the first day. Later", "The tenant pays\r\non the first day."),
        ("A termination notice is written.", "A termi-\r\nnation notice is writ\x02ten.", "A termi-\r\nnation notice is writ\x02ten."),
        ("Define the office file flow.", "Deﬁne the oﬃce ﬁle ﬂow.", "Deﬁne the oﬃce ﬁle ﬂow."),
        ("承租人应在每月5日前支付租金。", "3.1 承租人应在每\r\n月5日前支付租金。3.2 其他", "承租人应在每\r\n月5日前支付租金。"),
        ("出租人的见证", "出租⼈的⻅证", "出租⼈的⻅证"),
        ("“Seal” – not a signature", '"Seal" - not a signature', 'Seal" - not a signature'),
        ("## 4 Fees\n\nFees are 3% a year.", "4 Fees\r\nFees are 3% a year.", "4 Fees\r\nFees are 3% a year."),
    ],
)
def test_lines_hyphens_ligatures_and_signs_do_not_hide_a_passage(passage: str, page: str, found: str) -> None:
    assert said(page, passage) == [found]


def test_what_stands_between_two_lines_is_left_out() -> None:
    page = "The fee is due within thirty days\r\nManual M-7, edition 4\r\nafter the invoice has been received."
    assert said(page, "The fee is due within thirty days after the invoice has been received.") == [
        "The fee is due within thirty days",
        "after the invoice has been received.",
    ]


def test_a_passage_said_twice_is_found_where_the_words_before_it_stand() -> None:
    page = "Sick leave: 10 days. Annual leave: 10 days."
    (span,) = marked("10 days", page, "Annual leave: ")
    assert span[0] == page.rindex("10 days")


@pytest.mark.parametrize("passage", ["", "…", "Nothing of the kind stands on this page.", "这一页没有这句话，完全没有。"])
def test_what_is_not_there_is_not_marked(passage: str) -> None:
    assert said("The tenant pays on the first day. 承租人按月支付。", passage) == []


def test_half_a_passage_is_not_enough() -> None:
    assert said("The tenant pays on the first day.", "The tenant pays on the first day. And the landlord repairs the roof before winter comes.") == []
