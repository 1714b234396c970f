"""A whole site for the browser tests: gunicorn and the worker over the demonstration data.

Needs Chromium; without it the tests are skipped, but under CI its absence is an error.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from marketplace.demo.loading import DEMO_PASSWORD
from tests.databases import database_url

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def site_environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the demonstration site: its folder and its database."""
    folder = tmp_path_factory.mktemp("browser-site")
    environ = {**os.environ, "DUIJIE_INSTANCE": str(folder), "DUIJIE_DEMO": "1"}
    if url := database_url():
        environ["DATABASE_URL"] = url
    return environ


@pytest.fixture(scope="package")
def site(site_environ: dict[str, str]) -> Iterator[str]:
    """The address of a running demonstration site."""
    environ, folder = site_environ, Path(site_environ["DUIJIE_INSTANCE"])
    if database_url():
        _empty(environ)
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "setup"], cwd=ROOT, env=environ, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ["DUIJIE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        processes = [
            subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
            for command in ([*web, "--workers", "2", "--no-control-socket"], [*flask, "worker"])
        ]
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _empty(environ: dict[str, str]) -> None:
    code = (
        "from sqlalchemy import text\n"
        "from marketplace.db import db\n"
        "from marketplace.factory import create_app\n"
        "with create_app().app_context(), db.engine.begin() as connection:\n"
        "    connection.execute(text('DROP SCHEMA public CASCADE'))\n"
        "    connection.execute(text('CREATE SCHEMA public'))\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, check=True)


def _wait(address: str) -> None:
    for _turn in range(600):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        assert not os.environ.get("CI"), "Chromium must be there under CI"
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Return a fresh browser window at a width; errors of its console fail the test."""
    contexts: list[Any] = []
    problems: list[str] = []

    def open_at(width: int = 1280, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            base_url=site,
            java_script_enabled=script,
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                problems.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def sign_in(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Sign a demonstration person in through the real form."""

    def enter(email: str, width: int = 1280, script: bool = True) -> Page:
        page = open_page(width, script)
        page.goto("/account/login")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "login" not in url)
        return page

    return enter
