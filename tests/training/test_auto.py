"""What is chosen for settings that a recipe leaves open."""

from pathlib import Path

import pytest

from assistant.models.engine import ModelInfo
from assistant.records import Turn
from assistant.training.auto import Facts, choose, choose_data, facts_of
from assistant.training.dataset import Row
from assistant.training.memory import CARDS, SHAPES, activations, needed, shape_for, table
from assistant.training.recipe import AUTO, Recipe
from assistant.training.recipe_file import read_recipe

STARTER = {
    "lora.rank": 8, "lora.alpha": 16, "lora.dropout": 0.0, "training.epochs": 3, "training.learning_rate": 6e-4, "training.batch_size": 8, "training.accumulation": 1,
    "training.max_length": 1024, "training.gradient_checkpointing": False, "data.passages_share": 1.0, "data.refusal_share": 0.05,
}  # fmt: skip


def info(parameters: float, device: str = "cuda:0", precision: str = "bfloat16", quotes_only: bool = False) -> ModelInfo:
    return ModelInfo("base", "base", 32768, 2400, 24, 6, True, device, precision, "", int(parameters), quotes_only)


def chosen(base: ModelInfo, rows: int, free_gb: float = 24, longest: int = 800, **values: str) -> dict[str, object]:
    recipe = read_recipe(Path("none.toml"), "x", tuple(f"{place.replace('__', '.')}={value}" for place, value in values.items()))
    recipe, first = choose_data(recipe, base, rows)
    _, second = choose(recipe, base, Facts(rows, longest, free_gb))
    return {choice.place: choice.value for choice in (*first, *second)}


@pytest.mark.parametrize("base", [info(7e6, "cpu", "float32", quotes_only=True), info(2e6, "cpu", "float32")], ids=["starter", "a tiny base"])
@pytest.mark.parametrize("rows", [40, 3000])
def test_the_embedded_base_gets_the_figures_measured_for_it(base: ModelInfo, rows: int) -> None:
    assert chosen(base, rows, free_gb=2) == STARTER


def test_every_place_that_may_be_auto_is_chosen_with_a_reason_and_nothing_else_changes() -> None:
    recipe = read_recipe(Path("none.toml"), "x")
    with_data, first = choose_data(recipe, info(7e9), 600)
    done, second = choose(with_data, info(7e9), Facts(600, 900, 24))
    assert {choice.place for choice in (*first, *second)} == set(AUTO)
    assert done.auto == frozenset()
    assert all(len(choice.reason) > 15 for choice in (*first, *second))
    plain = Recipe().model_dump()
    for table_name, keys in done.model_dump().items():
        for key, value in keys.items():
            assert f"{table_name}.{key}" in AUTO or value == plain[table_name][key]


def test_what_a_recipe_says_is_kept_and_what_follows_from_it_follows() -> None:
    found = chosen(info(7e9), 600, lora__rank="32", training__batch_size="1")
    assert "lora.rank" not in found
    assert "training.batch_size" not in found
    assert found["lora.alpha"] == 64
    assert found["training.accumulation"] == 8
    assert chosen(info(7e6, quotes_only=True), 600, training__batch_size="2")["training.accumulation"] == 4


@pytest.mark.parametrize(("rows", "rank", "epochs"), [(60, 8, 5), (300, 8, 4), (900, 8, 3), (2000, 16, 3), (9000, 32, 2)])
def test_rank_and_epochs_follow_the_number_of_rows(rows: int, rank: int, epochs: int) -> None:
    found = chosen(info(7e9), rows)
    assert (found["lora.rank"], found["lora.alpha"], found["training.epochs"]) == (rank, 2 * rank, epochs)


@pytest.mark.parametrize(("parameters", "method", "rate"), [(0.5e9, "lora", 2e-4), (8.03e9, "lora", 2e-4), (14.8e9, "lora", 1e-4), (0.5e9, "full", 2e-5), (7e6, "full", 6e-5)])
def test_the_rate_follows_the_size_of_the_base_and_the_method(parameters: float, method: str, rate: float) -> None:
    assert chosen(info(parameters), 600, training__method=method)["training.learning_rate"] == pytest.approx(rate)


def test_a_step_takes_eight_rows_however_much_memory_there_is() -> None:
    sizes = set()
    for free in (6, 10, 18, 24, 40, 80, 0):
        found = chosen(info(7e9), 600, free_gb=free)
        assert found["training.batch_size"] * found["training.accumulation"] == 8  # type: ignore[operator]
        sizes.add((found["training.batch_size"], found["training.gradient_checkpointing"]))
    assert (1, True) in sizes
    assert (8, True) in sizes or (4, False) in sizes
    assert chosen(info(7e9), 40)["training.batch_size"] * chosen(info(7e9), 40)["training.accumulation"] == 4  # type: ignore[operator]


def test_what_is_chosen_fits_by_the_formula() -> None:
    for shape in SHAPES[:4]:
        for free in (16.0, 24.0, 80.0):
            found = chosen(info(shape.parameters), 600, free_gb=free)
            size = needed(shape, "lora", 8, 800, int(found["training.batch_size"]), bool(found["training.gradient_checkpointing"]))  # type: ignore[call-overload]
            assert size <= free * 2**30 or (found["training.batch_size"], found["training.gradient_checkpointing"]) == (1, True)


def test_of_few_examples_more_teach_refusing() -> None:
    assert chosen(info(7e9), 40)["data.refusal_share"] == 0.25
    assert chosen(info(7e9), 10)["data.refusal_share"] == 0.3
    assert chosen(info(7e9), 600)["data.refusal_share"] == 0.15


def test_facts_are_those_of_the_rows() -> None:
    rows = [Row((Turn("user", "one two"),), "three " * n, str(n), "plain") for n in (1, 9)]
    facts = facts_of(rows, info(1e9, "cpu"), lambda text: len(text.split()))
    assert facts.rows == 2
    assert 11 <= facts.longest <= 11 + 8 * 2
    assert facts.free_gb > 0.1


# memory of bases that are not here


def test_the_shapes_have_the_sizes_their_makers_publish() -> None:
    published = {"0.5B": 0.494, "1.5B": 1.54, "3B": 3.09, "7B": 7.62, "14B": 14.77, "32B": 32.76, "70B": 70.55}
    for shape in SHAPES:
        assert shape.parameters / 1e9 == pytest.approx(published[shape.name], rel=0.01)
        assert shape_for(int(published[shape.name] * 1e9)) == shape
    assert SHAPES[3].adapter(8) == pytest.approx(20.2e6, rel=0.01)  # as peft counts for Qwen2-7B, all-linear


def test_the_table_grows_with_the_base_and_four_bits_take_less() -> None:
    rows = table()
    assert len(rows) == 2 * len(SHAPES)
    for method in ("lora", "4bit"):
        sizes = [row.memory_gb for row in rows if row.method == method]
        assert sizes == sorted(sizes)
    for plain, packed in zip(rows[::2], rows[1::2], strict=True):
        assert packed.memory_gb < plain.memory_gb
        assert set(plain.cards) <= set(packed.cards) <= set(CARDS)
    fits = {(row.base, row.method): row.cards for row in rows}
    assert 24 in fits["7B", "lora"] and 16 not in fits["7B", "lora"]
    assert 80 in fits["70B", "4bit"] and not fits["70B", "lora"]


def test_computing_twice_saves_most_of_what_a_row_keeps() -> None:
    for shape in SHAPES:
        assert activations(shape, 1024, True) < activations(shape, 1024, False) / 3
