"""Checks recipe.toml for the base model in use."""

from assistant.checking.finding import Checked, faults_of, located
from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.models.engine import base_key
from assistant.settings import Settings
from assistant.training.recipe import Recipe
from assistant.training.recipe_file import read_recipe

FILE = "recipe.toml"


def check_recipe(domain: Domain, settings: Settings) -> tuple[Recipe, Checked]:
    """The recipe in force; the defaults when it has faults."""
    key = base_key(settings)
    try:
        recipe = read_recipe(domain.recipe, key)
    except TrainingError as error:
        return Recipe(), Checked(FILE, "", tuple(located(FILE, faults_of(error))))
    lora, training = recipe.lora, recipe.training
    words = f"for {key}: rank {lora.rank}, alpha {lora.alpha}, {training.epochs:g} epochs at {training.learning_rate:g}"
    return recipe, Checked(FILE, words if domain.recipe.exists() else f"none: the defaults ({words})")
