"""The blueprint of the accounts room, by itself so that every module of views can use it."""

from __future__ import annotations

from ...web.routes import Room

room = Room("accounts", __name__)
