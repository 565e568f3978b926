"""Settings from the environment. All faults are gathered and reported together."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from models.catalogue import default_models_dir

Number = TypeVar("Number", int, float)

TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")


class SettingsError(Exception):
    """Every fault of the environment, one a line."""


class Environment:
    """Reads variables, remembering what is wrong with each; `finish()` raises if anything was."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        self._faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        """An empty variable counts as not given: compose files pass those on."""
        return self._variables.get(name, "").strip() or default

    def choice(self, name: str, default: str, allowed: Sequence[str]) -> str:
        value = self.text(name, default)
        if value in allowed:
            return value
        self._faults.append(f"{name} is {value!r}; it must be one of {', '.join(allowed)}")
        return default

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value in TRUE_WORDS or value in FALSE_WORDS:
            return value in TRUE_WORDS
        self._faults.append(f"{name} is {value!r}; it must be on or off")
        return default

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        return self._number(name, default, low, high, int, "a whole number")

    def number(self, name: str, default: float, low: float, high: float) -> float:
        return self._number(name, default, low, high, float, "a number")

    def models_dir(self) -> Path:
        given = self.text("PARLEY_MODELS_DIR", "")
        return Path(given).expanduser() if given else default_models_dir()

    def fault(self, message: str) -> None:
        self._faults.append(message)

    def finish(self) -> None:
        if self._faults:
            raise SettingsError("\n".join(self._faults))

    def _number(self, name: str, default: Number, low: Number, high: Number, kind: type[Number], words: str) -> Number:
        given = self.text(name, "")
        if not given:
            return default
        try:
            value = kind(given)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            self._faults.append(f"{name} is {given!r}; it must be {words} from {low} to {high}")
            return default
        return value
