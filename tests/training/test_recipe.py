from pathlib import Path

import pytest

from assistant.errors import TrainingError
from assistant.training.recipe import AUTO, Recipe
from assistant.training.recipe_file import read_recipe

PLUGINS = Path(__file__).parents[2] / "plugins"


def written(folder: Path, text: str) -> Path:
    (folder / "recipe.toml").write_text(text, "utf-8")
    return folder / "recipe.toml"


def test_without_a_recipe_everything_that_can_be_is_left_to_the_data(tmp_path: Path) -> None:
    recipe = read_recipe(tmp_path / "recipe.toml", "Qwen--Qwen2-7B-Instruct")
    assert recipe.auto == set(AUTO)
    assert recipe == Recipe().leaving(recipe.auto)


def test_auto_is_what_is_given_no_value(tmp_path: Path) -> None:
    path = written(tmp_path, '[lora]\nrank = 4\nalpha = "auto"\n[training]\nepochs = 2\n[base.starter.training]\nepochs = "auto"\n')
    assert "lora.alpha" in read_recipe(path, "another").auto
    assert not {"lora.rank", "training.epochs"} & read_recipe(path, "another").auto
    assert "training.epochs" in read_recipe(path, "starter").auto
    assert "lora.rank" in read_recipe(path, "starter", ("lora.rank=auto",)).auto


def test_auto_is_refused_where_nothing_can_choose(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"recipe.toml:2: training.seed"):
        read_recipe(written(tmp_path, '[training]\nseed = "auto"\n'), "starter")


def test_a_value_set_later_is_no_longer_auto(tmp_path: Path) -> None:
    recipe = read_recipe(tmp_path / "none.toml", "starter").with_values({"lora.rank": 4})
    assert recipe.lora.rank == 4
    assert "lora.rank" not in recipe.auto
    assert "lora.alpha" in recipe.auto


def test_a_base_table_overrides_its_base_only(tmp_path: Path) -> None:
    path = written(tmp_path, '[lora]\nrank = 4\n[base."Qwen--Qwen2.5-0.5B".lora]\nrank = 32\n')
    assert read_recipe(path, "Qwen--Qwen2.5-0.5B").lora.rank == 32
    assert read_recipe(path, "another").lora.rank == 4


def test_a_change_on_the_command_line_wins_over_everything(tmp_path: Path) -> None:
    path = written(tmp_path, "[lora]\nrank = 4\n[base.starter.lora]\nrank = 16\n")
    assert read_recipe(path, "starter", ("lora.rank=64",)).lora.rank == 64
    assert read_recipe(path, "starter", ('lora.target_modules=["q_proj"]',)).lora.target_modules == ["q_proj"]


def test_every_fault_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    text = '[lora]\nrank = 0\ncolour = 3\n\n[training]\nepochs = "x"\n[base.starter.training]\nepochz = 3\n'
    with pytest.raises(TrainingError) as caught:
        read_recipe(written(tmp_path, text), "another")
    lines = str(caught.value).splitlines()[1:]
    assert [line.strip().split(": ")[:2] for line in lines] == [
        ["recipe.toml:2", "lora.rank"],
        ["recipe.toml:3", "lora.colour"],
        ["recipe.toml:6", "training.epochs"],
        ["recipe.toml:8", "base.starter.training.epochz"],
    ]


@pytest.mark.parametrize("change", ["lora.rnk=3", "rank=3", "lora.rank", "lora.rank=0", "nothing.at=1"])
def test_a_wrong_change_is_refused(tmp_path: Path, change: str) -> None:
    with pytest.raises(TrainingError, match="--set"):
        read_recipe(tmp_path / "none.toml", "starter", (change,))


def test_text_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="line 2"):
        read_recipe(written(tmp_path, "[lora]\nrank = = 3\n"), "starter")


def test_every_field_says_what_it_does() -> None:
    tables = [field.annotation for field in Recipe.model_fields.values()]
    assert all(field.description for table in tables for field in table.model_fields.values())  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["legal", "hr_policy", "cloud_support"])
def test_the_recipes_we_bring_are_complete(name: str) -> None:
    text = (PLUGINS / name / "recipe.toml").read_text("utf-8")
    general = text.split("[base.")[0]
    read_recipe(PLUGINS / name / "recipe.toml", "starter")
    for field in Recipe.model_fields.values():
        for key in field.annotation.model_fields:  # type: ignore[union-attr]
            assert f"\n{key} = " in general
