"""Documents in, out and back on the page, in a real browser."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.testing.models import tiny_llama
from tests.ui.conftest import Window, running


@pytest.mark.slow
def test_a_document_goes_in_out_and_back_and_a_late_end_leaves_the_page(chromium: Any, tmp_path: Path) -> None:
    for name in ("staff", "yard"):
        documents = tmp_path / "plugins" / name / "documents"
        documents.mkdir(parents=True)
        (documents.parent / "domain.toml").write_text(f'name = "{name}"\n[title]\nen = "The {name}"\nzh = "{name}"\n')
        question = {"id": "q1", "split": "dev", "language": "en", "question": "When does the gate open?"}  # an example on the page
        (documents.parent / "questions.jsonl").write_text(json.dumps(question) + "\n")
        (documents / f"{name}.md").write_text(f"# {name}\n\nThe gate of the {name} opens at 7.\n")
    model = tiny_llama(tmp_path / "tiny")
    (tmp_path / "assistant.toml").write_text(f'base_model = "{model}"\nthreads = 1\n', "utf-8")
    given = tmp_path / "parking.md"
    given.write_text("Visitors park on level B2.\n")
    with running(tmp_path) as address:
        context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 820})
        opened = Window(context.new_page(), address)
        page = opened.page
        opened.tab("knowledge")

        def choose(title: str) -> None:
            page.locator("#knowledge-head").get_by_role("combobox", name="Domain").click()
            page.get_by_role("option", name=title).click()

        page.locator("#knowledge-files input[type=file]").set_input_files(str(given))
        page.locator("#knowledge-add:not([disabled])").click()
        choose("The yard")
        page.locator("#knowledge-progress", has_text="Indexed:").wait_for()
        page.locator("#knowledge-table", has_text="yard.md").wait_for()
        page.wait_for_timeout(600)  # what follows the end of an indexing is there by then
        assert "parking.md" not in page.locator("#knowledge-table").inner_text()
        choose("The staff")
        page.locator("button.pick", has_text="parking.md").click()
        page.locator("#knowledge-document").get_by_role("button", name="Remove", exact=True).click()
        page.locator("#knowledge-sure button").first.click()
        page.get_by_text("parking.md is removed.").wait_for()
        page.locator("#knowledge-document").wait_for(state="hidden")
        page.locator("#knowledge-table button.pick", has_text="parking.md").wait_for(state="detached")
        page.get_by_role("button", name="Put back").click()
        page.get_by_text("parking.md is back.").wait_for()
        page.locator("#knowledge-table button.pick", has_text="parking.md").wait_for()
        assert opened.errors == []
        assert opened.elsewhere == []
        context.close()
