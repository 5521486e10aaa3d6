"""A domain made on the page, in a real browser: taken up while the app runs, its examples changed."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.testing.models import tiny_llama
from tests.ui.conftest import ROOT, Window, running


@pytest.mark.slow
def test_a_domain_made_on_the_page_is_taken_up_and_its_examples_are_changed(chromium: Any, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plugins" / "hr_policy", tmp_path / "plugins" / "hr_policy")
    (tmp_path / "assistant.toml").write_text(f'base_model = "{tiny_llama(tmp_path / "tiny")}"\nthreads = 1\n', "utf-8")
    (tmp_path / "garden.md").write_text("# Garden\n\nThe garden gate opens at 7:15.\n", "utf-8")
    with running(tmp_path) as address:
        opened = Window(chromium.new_page(), address)
        page = opened.page
        page.locator("#question textarea").fill("hello")
        page.get_by_role("tab", name="Domains", exact=True).click()
        page.get_by_label("Name of the folder").fill("garden")
        page.get_by_label("Title in English").fill("Garden")
        page.locator("#domains-new textarea").last.fill("when does the garden open\n花园几点开门")
        page.locator("#domains-new input[type=file]").set_input_files(tmp_path / "garden.md")
        page.locator("#domains-new").get_by_text("garden.md").wait_for()
        page.locator("#domains-make").click()
        page.get_by_text("Still to do:").wait_for(timeout=240_000)
        page.locator("#domains .card", has_text="Garden").wait_for()
        page.locator("#domains-look").get_by_role("combobox").click()
        page.get_by_role("option", name="garden").click()
        box = page.locator("#domains-look textarea")
        box.wait_for()
        box.fill("when does the garden open\nis the gate locked at night")
        page.locator("#domains-save").click()
        page.get_by_text("Saved: 2 examples").wait_for()
        assert opened.errors == []
    assert "is the gate locked at night" in (tmp_path / "plugins" / "garden" / "domain.toml").read_text("utf-8")
