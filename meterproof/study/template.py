"""A new study: a small protocol that works, with its two variants, as files to be replaced step by step.

The texts are data of the package (`meterproof/templates/study`); `@NAME@`, `@MODULE@`, `@ID@` and `@VERSION@` stand in
them for what depends on the study's name.
"""

from __future__ import annotations

import keyword
import re
from importlib.resources import files

from meterproof import __version__
from meterproof.errors import InputError

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILES = {
    "pyproject.toml": "pyproject.toml",
    ".gitignore": "gitignore",
    "README.md": "README.md",
    "spec/register.toml": "register.toml",
    "spec/@NAME@.published.toml": "published.toml",
    "spec/@NAME@.hardened.toml": "hardened.toml",
    "model/__init__.py": None,
    "model/@MODULE@.py": "model.py",
    "properties/__init__.py": None,
    "properties/@MODULE@.py": "properties.py",
    ".github/workflows/guarantees.yml": "workflow.yml",
}
"""The files of a study with the templates that they are made from; None is an empty file."""


def render(name: str) -> dict[str, str]:
    """The files of a new study by path. InputError for a name that no protocol can have."""
    if not _NAME.fullmatch(name):
        raise InputError(f"a study cannot be called {name!r}", allowed="small letters and digits, and single hyphens")
    module = name.replace("-", "_")
    if keyword.iskeyword(module):
        raise InputError(f"a study cannot be called {name!r}: it is a word of Python", allowed="another name")
    letters = name.replace("-", "").upper()
    stands = {"@NAME@": name, "@MODULE@": module, "@ID@": (letters + "X")[:2], "@VERSION@": __version__}

    def filled(text: str) -> str:
        for mark, value in stands.items():
            text = text.replace(mark, value)
        return text

    folder = files("meterproof") / "templates" / "study"
    return {
        filled(path): "" if of is None else filled((folder / f"{of}.txt").read_text(encoding="utf-8"))
        for path, of in _FILES.items()
    }
