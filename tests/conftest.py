"""Plugins of the test suite: one a room; see tests/README.md for what belongs where."""

from __future__ import annotations

import socket

import pytest

pytest_plugins = [
    "tests.fixtures.accounts",
    "tests.fixtures.app",
    "tests.fixtures.assessments",
    "tests.fixtures.canaries",
    "tests.fixtures.editions",
    "tests.fixtures.fits",
    "tests.fixtures.listings",
    "tests.fixtures.needlists",
    "tests.fixtures.needs",
    "tests.fixtures.notices",
    "tests.fixtures.people",
    "tests.fixtures.providers",
    "tests.fixtures.rubrics",
    "tests.fixtures.vetting",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share a running site, or kill processes, in one process of several."""
    for item in items:
        for folder in ("browser", "faults"):
            if f"/tests/{folder}/" in str(item.path):
                item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture(autouse=True)
def _closed_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unit tests reach no network: a socket to anywhere but this machine's files is an error."""
    if "/unit/" not in str(request.node.path):
        return

    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a unit test tried to reach {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
