"""The commands on applications."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask

Make = Callable[..., Any]


def test_the_list_names_what_is_under_way_and_only_the_overdue_when_asked(
    app: Flask, create_application: Make
) -> None:
    late = create_application("formal_review", due_on=date(2020, 1, 3))
    later = create_application("supplement", due_on=date(2099, 1, 2))
    over = create_application("listed")
    run = app.test_cli_runner().invoke
    told = run(args=["applications", "list"]).output
    assert told.index(late.number) < told.index(later.number)
    assert over.number not in told
    overdue = run(args=["applications", "list", "--overdue"]).output
    assert late.number in overdue
    assert later.number not in overdue


def test_rules_are_run_again_on_all_or_none(app: Flask, create_application: Make) -> None:
    first, other = create_application("formal_review"), create_application("supplement")
    run = app.test_cli_runner().invoke
    assert "判定有变化" in run(args=["applications", "recheck", first.number]).output
    assert "判定没有变化" in run(args=["applications", "recheck", first.number]).output
    refused = run(args=["applications", "recheck", first.number, other.number])
    assert refused.exit_code == 1
    assert f"{other.number}不在形式审查中" in refused.output
