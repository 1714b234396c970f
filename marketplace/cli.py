"""The `flask --app wsgi …` commands; each room keeps its own group, this module gathers them."""

from __future__ import annotations

from flask import Flask


def install_commands(app: Flask) -> None:
    """Register every room's commands on the application."""
