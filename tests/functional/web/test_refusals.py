"""What people are told when the database refuses what they sent."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.exc import DataError

from marketplace.web.errors import _from_database


def test_a_value_no_column_holds_is_not_called_an_outage(app: Flask) -> None:
    problem = _from_database(DataError("INSERT", {}, Exception("integer out of range")))
    assert problem.status == 422
    assert "超出范围" in problem.what
