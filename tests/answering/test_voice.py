"""Which version speaks: the live one, unless the domain's prompt is no longer the one it learned."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answering.voice import Voices, voice_of
from assistant.domain import Domain
from assistant.domain_files import read_spec
from assistant.errors import AdapterError
from assistant.prompt import prompt_fingerprint
from assistant.records import AdapterVersion
from assistant.registry import WEIGHTS, Registry


class Reading:
    """Serves every version whose weights are not empty."""

    info: Any = SimpleNamespace(takes_adapters=True)

    def serve(self, version: AdapterVersion) -> str:
        if not (version.folder / WEIGHTS).read_bytes():
            raise AdapterError(f"{version.served_name} is empty")
        return version.served_name


@pytest.fixture
def domain(tmp_path: Path) -> Domain:
    folder = tmp_path / "plugins" / "staff"
    folder.mkdir(parents=True)
    (folder / "domain.toml").write_text('name = "staff"\n', "utf-8")
    return Domain(folder, read_spec(folder))


@pytest.fixture
def registry(tmp_path: Path, domain: Domain) -> Registry:
    found = Registry(tmp_path / "adapters", "starter")
    partial = found.begin("staff")
    (partial / WEIGHTS).write_bytes(b"weights")
    found.use(found.publish(partial, {"prompt": prompt_fingerprint(domain)}), "for the test")
    return found


def test_the_live_version_speaks(domain: Domain, registry: Registry) -> None:
    version, why = voice_of(domain, "current", registry)
    assert version
    assert (version.served_name, why) == ("staff@1", "")
    assert voice_of(domain, 1, registry)[0] == version
    assert voice_of(domain, "off", registry) == (None, "")


def test_after_a_change_of_the_prompt_the_base_speaks_and_says_why(domain: Domain, registry: Registry) -> None:
    (domain.folder / "prompt.jinja").write_text("Answer in rhymes.\n", "utf-8")
    changed = Domain(domain.folder, domain.spec)
    version, why = voice_of(changed, "current", registry)
    assert version is None
    assert "staff@1 was trained with another prompt.jinja" in why
    assert "assistant train staff" in why
    with pytest.raises(AdapterError, match="another prompt"):
        voice_of(changed, 1, registry)
    fresh, _ = voice_of(changed, registry.version("staff", 1), registry)
    assert fresh, "a candidate under trial brings its own prompt"


def test_a_live_version_that_cannot_be_served_leaves_the_word_to_the_one_before(domain: Domain, registry: Registry) -> None:
    voices = Voices(registry, Reading())
    assert voices.voice(domain, "current")[0] == registry.version("staff", 1)
    second = registry.begin("staff")
    (second / WEIGHTS).write_bytes(b"")
    registry.use(registry.publish(second, {"prompt": prompt_fingerprint(domain)}), "for the test")
    version, why = voices.voice(domain, "current")
    assert version
    assert version.served_name == "staff@1"
    assert why == "staff@2 is empty; staff@1 goes on"
    with pytest.raises(AdapterError, match="staff@2 is empty"):
        voices.voice(domain, 2)
    with pytest.raises(AdapterError, match="staff@2 is empty"):
        Voices(registry, Reading()).voice(domain, "current")
