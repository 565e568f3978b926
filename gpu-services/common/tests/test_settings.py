from __future__ import annotations

import pytest

from common.settings import Environment, SettingsError


def test_all_faults_are_told_together() -> None:
    environment = Environment({"A": "x", "B": "99", "C": "maybe", "D": "blue"})
    assert environment.integer("A", 1, 0, 10) == 1
    assert environment.number("B", 2.0, 0.0, 10.0) == 2.0
    assert environment.flag("C", True)
    assert environment.choice("D", "red", ("red", "green")) == "red"
    with pytest.raises(SettingsError) as faults:
        environment.finish()
    lines = str(faults.value).splitlines()
    assert len(lines) == 4
    assert "A is 'x'; it must be a whole number from 0 to 10" in lines


def test_an_empty_variable_is_not_given() -> None:
    environment = Environment({"A": "", "B": " "})
    assert environment.integer("A", 3, 0, 10) == 3
    assert environment.text("B", "default") == "default"
    environment.finish()
