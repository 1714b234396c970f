from pathlib import Path

import pytest
from flask import Flask

from marketplace.web.assets import build_assets, install_assets


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for name, text in {
        "css/tokens.css": ":root { --a: 1; }",
        "css/base.css": "body { margin: 0; }",
        "css/layout.css": ".site_header { color: red; }",
        "css/components/b.css": ".b { color: blue; }",
        "css/components/a.css": ".a { color: green; }",
        "css/print.css": "@media print { body { color: black; } }",
        "js/toast.js": "export {};",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def _app(static: Path) -> Flask:
    app = Flask("assets_under_test", static_folder=str(static), static_url_path="/static")
    install_assets(app)
    return app


def test_our_style_sheets_are_joined_tokens_first_and_print_last(static: Path) -> None:
    build_assets(static)
    assert (static / "vendor/duijie.css").read_text("utf-8").splitlines() == [
        ":root { --a: 1; }",
        "body { margin: 0; }",
        ".site_header { color: red; }",
        ".a { color: green; }",
        ".b { color: blue; }",
        "@media print { body { color: black; } }",
    ]


def test_building_writes_nothing_outside_the_vendor_folder(static: Path) -> None:
    before = {path for path in static.rglob("*") if path.is_file()}
    build_assets(static)
    added = {path for path in static.rglob("*") if path.is_file()} - before
    assert {path.relative_to(static).parts[0] for path in added} == {"vendor"}
    assert static / "vendor/bootstrap.min.css" in added
    assert static / "vendor/fonts/bootstrap-icons.woff2" in added


def test_building_twice_gives_the_same_manifest(static: Path) -> None:
    assert build_assets(static) == build_assets(static)


def test_an_address_changes_when_its_file_changes(static: Path) -> None:
    first = build_assets(static)["js/toast.js"]
    (static / "js/toast.js").write_text("export const changed = true;", "utf-8")
    assert build_assets(static)["js/toast.js"] != first


def test_a_page_links_bootstrap_then_icons_then_our_joined_sheet(static: Path) -> None:
    build_assets(static)
    app = _app(static)
    with app.test_request_context():
        urls = app.jinja_env.globals["stylesheet_urls"]()
    assert [url.partition("?v=")[0] for url in urls] == [
        "/static/vendor/bootstrap.min.css",
        "/static/vendor/bootstrap-icons.min.css",
        "/static/vendor/duijie.css",
    ]
    assert all(len(url.partition("?v=")[2]) == 12 for url in urls)


def test_before_the_assets_are_built_addresses_carry_no_hash(static: Path) -> None:
    app = _app(static)
    with app.test_request_context():
        assert app.jinja_env.globals["asset_url"]("js/toast.js") == "/static/js/toast.js"


def test_browsers_may_keep_a_hashed_file_for_a_year_and_others_not(static: Path) -> None:
    client = _app(static).test_client()
    kept = client.get("/static/js/toast.js?v=0123456789ab", buffered=True)
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain = client.get("/static/js/toast.js", buffered=True)
    assert plain.headers["Cache-Control"] == "no-cache"


def test_a_missing_hashed_file_is_not_kept(static: Path) -> None:
    answer = _app(static).test_client().get("/static/js/gone.js?v=0123456789ab")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_the_command_builds_the_assets(static: Path) -> None:
    result = _app(static).test_cli_runner().invoke(args=["assets", "build"])
    assert result.exit_code == 0
    assert (static / "vendor/manifest.json").is_file()
