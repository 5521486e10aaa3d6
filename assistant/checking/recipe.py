"""Checks recipe.toml for the base model in use."""

from assistant.checking.finding import Checked, Finding, faults_of, located
from assistant.domain import Domain
from assistant.errors import AssistantError, TrainingError
from assistant.models.engine import base_key
from assistant.models.source import STARTER
from assistant.rows.validation import validation_path
from assistant.settings import Settings
from assistant.training.auto import EMBEDDED
from assistant.training.mix import mix_source
from assistant.training.recipe import Recipe
from assistant.training.recipe_file import read_recipe

FILE = "recipe.toml"
SHOWN = ("lora.rank", "lora.alpha", "training.epochs", "training.learning_rate")
LENGTH = "training.max_length"


def check_recipe(domain: Domain, settings: Settings) -> tuple[Recipe, Checked]:
    """The recipe in force; the defaults when it has faults."""
    key = base_key(settings)
    try:
        recipe = read_recipe(domain.recipe, key)
    except TrainingError as error:
        return Recipe(), Checked(FILE, "", tuple(located(FILE, faults_of(error))))
    said = f"for {key}: {_words(recipe)}"
    if key == STARTER and LENGTH in recipe.auto:  # the rows are counted against it
        recipe = recipe.with_values({LENGTH: EMBEDDED[LENGTH][0]}).leaving(recipe.auto)
    return recipe, Checked(FILE, said if domain.recipe.exists() else f"none: {said}", tuple(_missing(domain, recipe)))


def _words(recipe: Recipe) -> str:
    """The main settings, those left open as auto, and how many others are."""
    tables = recipe.model_dump()
    values = {place: tables[place.partition(".")[0]][place.partition(".")[2]] for place in SHOWN}
    rank, alpha, epochs, rate = ("auto" if place in recipe.auto else f"{value:g}" for place, value in values.items())
    rest = sorted(place.partition(".")[2] for place in recipe.auto - set(SHOWN))
    more = f"; auto too: {', '.join(rest)}" if rest else ""
    if recipe.auto >= set(SHOWN):
        return "rank, alpha, epochs and learning rate auto, chosen from the examples, the base and the machine" + more
    return f"rank {rank}, alpha {alpha}, {epochs} epochs at {rate}{more}"


def _missing(domain: Domain, recipe: Recipe) -> list[Finding]:
    """Files that the recipe names and that are not there; a dataset of the hub is looked for only when a training needs it."""
    found = []
    try:
        if recipe.training.validation_file:
            validation_path(domain.folder, recipe.training.validation_file)
    except AssistantError as error:
        found.append(Finding("error", FILE, None, str(error)))
    try:
        if recipe.mix.rows:
            mix_source(domain.folder, recipe.mix.rows)
    except AssistantError as error:
        found.append(Finding("warning", FILE, None, str(error)))
    return found
