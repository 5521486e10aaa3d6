import pytest

from assistant.personal_data import contacts, find_personal_data, mask_personal_data

FOUND = {
    "ID number with its check digit": ("证件 110101199003074477 已登记", "identity number", "110101199003074477"),
    "ID number in full-width digits": ("身份证１１０１０１１９９００３０７４４７７。", "identity number", "１１０１０１１９９００３０７４４７７"),
    "ID number after a label, mistyped": ("身份证号：110101199003074470", "identity number", "110101199003074470"),
    "social security number": ("My SSN is 512-84-2201.", "identity number", "512-84-2201"),
    "passport after a label": ("Passport number: E12345678", "identity number", "E12345678"),
    "mobile number": ("请打138 1234 5678找我", "phone number", "138 1234 5678"),
    "landline with an area code": ("座机0571-8812 3456转8021", "phone number", "0571-8812 3456"),
    "number with a country code": ("call +1 (415) 844-9759 today", "phone number", "+1 (415) 844-9759"),
    "number no plan knows, after a label": ("Phone: +44 7700 900123", "phone number", "+44 7700 900123"),
    "e-mail": ("write to wang.xm@example.com,", "e-mail address", "wang.xm@example.com"),
    "bank card": ("卡号6222 0212 3456 7890 128", "bank card", "6222 0212 3456 7890 128"),
    "English card": ("card 4111 1111 1111 1111", "bank card", "4111 1111 1111 1111"),
    "Chinese name after a label": ("姓名：王小样，部门：财务部", "name", "王小样"),
    "name of two characters before": ("联系人：欧阳明月", "name", "欧阳明月"),
    "said name": ("您好，我叫李娜，想问年假", "name", "李娜"),
    "English name after a label": ('Employee name: "Jane Q. Sample"', "name", "Jane Q. Sample"),
    "name with accents": ("Contact person: Anna-Léa Müller", "name", "Anna-Léa Müller"),
    "said English name": ("hi, my name is Grace Okafor and", "name", "Grace Okafor"),
}
NOT_FOUND = {
    "wrong check digit": "编号 110101199003074478",
    "order number": "order 6222021234567893 of 2026-03-15 09:30, ticket INC-20260315-001",
    "number that fails Luhn": "6013812345678902",
    "amounts and versions": "price 13,812,345,678.00, version 1.10.24.138, 192.168.100.200, ISO 27001:2022",
    "ten digits that could be a phone": "serial 2026031512",
    "switchboards": "400-820-8820, 800 810 1234, call (877) 472-6716",
    "address of a function": "hr-team@corp.example, support@corp.example, no-reply@corp.example",
    "shell and Git": "ssh ops@10.0.0.1; git@github.com:team/tool.git; scp a bob@host.example:/tmp",
    "function after a label": "联系人：财务部，申请人：高级经理；经办人：谢谢。Contact: Front Desk, Name: Human Resources",
    "name of a step in code": "Add this:\n```\n- name: Release Charts\n```\nor `name: Configure Git`.",
    "masked": "Name: [name removed], 〔电话已隐去〕",
}


@pytest.mark.parametrize(("text", "kind", "found"), FOUND.values(), ids=FOUND.keys())
def test_personal_data_is_found_in_its_place(text: str, kind: str, found: str) -> None:
    (one,) = find_personal_data(text)
    assert (one.kind, one.text) == (kind, found)
    assert text[one.start : one.end] == found


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert find_personal_data(text) == []
    assert mask_personal_data(text) == text


def test_the_mask_speaks_the_language_of_the_text_and_masking_twice_changes_nothing() -> None:
    english = mask_personal_data("Name: Jane Sample, phone +44 7700 900123, jane.sample@example.com")
    chinese = mask_personal_data("姓名：王小样，手机13800138000，卡号6222021234567890128，身份证110101199003074477")
    assert english == "Name: [name removed], phone [phone removed], [e-mail removed]"
    assert chinese == "姓名：〔姓名已隐去〕，手机〔电话已隐去〕，卡号〔银行卡号已隐去〕，身份证〔证件号已隐去〕"
    assert (mask_personal_data(english), mask_personal_data(chinese)) == (english, chinese)


def test_what_the_documents_publish_is_kept_in_every_spelling() -> None:
    published = contacts(["Duty manager: +86 571 8812 3456, Anna.Reed@corp.example"])
    text = "电话 0571-88123456，邮箱 anna.reed@corp.example，手机 13800138000"
    assert mask_personal_data(text, published) == "电话 0571-88123456，邮箱 anna.reed@corp.example，手机 〔电话已隐去〕"
