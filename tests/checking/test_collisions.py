"""Routing utterances that two domains claim are found and named, others are left alone."""

MADE = """name = "{name}"
[title]
en = "A"
zh = "甲"
[description]
en = "B"
zh = "乙"
[routing]
examples = [
{lines}
]
"""


def domain(name: str, *utterances: str) -> dict[str, str]:
    lines = ",\n".join(f'  "{text}"' for text in utterances)
    return {f"plugins/{name}/domain.toml": MADE.format(name=name, lines=lines)}


def test_an_utterance_that_another_domain_has_too_is_named_with_its_line(workspace) -> None:
    fleet = domain("fleet", "book a pool car for friday", "公务车怎么预订", "my licence has expired")
    travel = domain("travel", "book a pool car on friday", "hotel limit in Oslo", "公务车如何预订", "flight to Rome")
    found = [text for place, text in workspace({**fleet, **travel}).run("check", "travel", "--json").findings("warning") if "collides" in text]
    assert len(found) == 2
    assert "'book a pool car on friday' collides with 'book a pool car for friday' of fleet" in found[0]
    assert "公务车如何预订" in found[1]
    places = [place for place, text in workspace().run("check", "travel", "--json").findings("warning") if "collides" in text]
    assert places == ["domain.toml:10", "domain.toml:12"]


def test_domains_on_different_matters_do_not_collide(workspace) -> None:
    made = workspace({**domain("fleet", "book a pool car", "车钥匙丢了"), **domain("canteen", "what is for lunch", "今天吃什么")})
    assert not [text for _place, text in made.run("check", "--json").findings() if "collides" in text]


def test_utterances_without_words_collide_with_nothing(workspace) -> None:
    made = workspace({**domain("fleet", "🚗", "?"), **domain("travel", "🛫", "привет")})
    assert not [text for _place, text in made.run("check", "travel", "--json").findings() if "collides" in text]
