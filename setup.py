"""Puts the example domains and their adapters into the package at build time, as assistant/workspace/; the rest is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

EXAMPLES = ("cloud_support", "hr_policy", "legal")
PLACES = [*(f"plugins/{name}" for name in EXAMPLES), *(f"adapters/starter/{name}" for name in EXAMPLES)]


class BuildWithExamples(build_py):
    def run(self):
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "assistant" / "workspace"
        shutil.rmtree(target, ignore_errors=True)
        for place in PLACES:
            if Path(place).is_dir():
                shutil.copytree(place, target / place, ignore=shutil.ignore_patterns("__pycache__", "*.py[cod]", "*.partial", ".*"))


setup(cmdclass={"build_py": BuildWithExamples})
