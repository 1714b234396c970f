"""Style sheets, scripts and fonts: what comes from installed packages, and their addresses.

`build_assets` fills `static/vendor/` (never committed) with Bootstrap's CSS and icons from the
Bootstrap-Flask package, our style sheets joined into one, and a manifest of hashes. It only
copies, joins and hashes: nothing is fetched, and nothing outside the vendor folder is written.
Addresses carry the hash, so browsers may keep what they have until it changes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import click
from flask import Flask, Response, request, url_for
from flask.cli import AppGroup

from .translations import compile_catalogues

VENDOR = "vendor"
JOINED = f"{VENDOR}/duijie.css"
MANIFEST = f"{VENDOR}/manifest.json"
HASH_LENGTH = 12
ONE_YEAR_S = 365 * 24 * 3600

# From the folder `static/bootstrap5` of the Bootstrap-Flask package.
FROM_PACKAGE = {
    "css/bootstrap.min.css": f"{VENDOR}/bootstrap.min.css",
    "css/font/bootstrap-icons.min.css": f"{VENDOR}/bootstrap-icons.min.css",
    "css/font/fonts/bootstrap-icons.woff2": f"{VENDOR}/fonts/bootstrap-icons.woff2",
    "css/font/fonts/bootstrap-icons.woff": f"{VENDOR}/fonts/bootstrap-icons.woff",
}

# The cascade: tokens first, print last, component families between them in alphabetical order.
FIRST_STYLES = ("css/tokens.css", "css/base.css", "css/layout.css")
LAST_STYLES = ("css/print.css",)
OWN_FOLDERS = ("css", "js", "img")


def own_styles(static: Path) -> list[str]:
    """Return our style sheets in the order of the cascade, relative to the static folder."""
    families = sorted(path.name for path in (static / "css" / "components").glob("*.css"))
    return [*FIRST_STYLES, *(f"css/components/{name}" for name in families), *LAST_STYLES]


def build_assets(static: Path) -> dict[str, str]:
    """Fill `static/vendor/` and return the manifest: file relative to `static` → hash.

    Safe to repeat. Raises FileNotFoundError when the package or one of our files is missing.
    """
    with as_file(files("flask_bootstrap") / "static" / "bootstrap5") as package:
        for source, target in FROM_PACKAGE.items():
            (static / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package / source, static / target)
    joined = "\n".join((static / name).read_text("utf-8") for name in own_styles(static))
    (static / JOINED).write_text(joined, "utf-8")
    manifest = {
        path.relative_to(static).as_posix(): _hash(path)
        for folder in (VENDOR, *OWN_FOLDERS)
        for path in sorted((static / folder).rglob("*"))
        if path.is_file() and path != static / MANIFEST
    }
    (static / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    return manifest


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]


def read_manifest(static: Path) -> dict[str, str]:
    """Return the manifest, or nothing when the assets have not been built."""
    try:
        manifest: dict[str, str] = json.loads((static / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return manifest


def install_assets(app: Flask) -> None:
    """Give templates `asset_url` and `stylesheet_urls`, long caching, and `flask assets build`."""
    static = Path(app.static_folder or "static")
    manifest = read_manifest(static)

    def asset_url(name: str) -> str:
        """Return the address of a file below `static/`, with its hash where known."""
        known = None if app.debug else manifest.get(name)
        return (
            url_for("static", filename=name, v=known) if known else url_for("static", filename=name)
        )

    app.jinja_env.globals["asset_url"] = asset_url
    app.jinja_env.globals["stylesheet_urls"] = _stylesheets(app, static, asset_url)
    app.after_request(_keep_hashed_files)
    app.cli.add_command(_commands(static))


def _stylesheets(
    app: Flask, static: Path, asset_url: Callable[[str], str]
) -> Callable[[], list[str]]:
    def stylesheet_urls() -> list[str]:
        """Return the style sheets of every page; in debug mode our sources one by one."""
        ours = own_styles(static) if app.debug else [JOINED]
        vendored = [f"{VENDOR}/bootstrap.min.css", f"{VENDOR}/bootstrap-icons.min.css"]
        return [asset_url(name) for name in (*vendored, *ours)]

    return stylesheet_urls


def _keep_hashed_files(response: Response) -> Response:
    """Let browsers keep a file whose address carries a hash; a change changes the address.

    Our own addresses carry it as `v`, Bootstrap's style sheet asks for its fonts with a bare one.
    """
    if request.endpoint == "static" and request.query_string and response.status_code == 200:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = ONE_YEAR_S
        response.cache_control.immutable = True
    return response


def _commands(static: Path) -> AppGroup:
    group = AppGroup("assets", help="Style sheets, scripts and fonts.")

    @group.command("build")
    def build() -> None:
        """Collect the assets from the installed packages, hash them, compile the catalogues."""
        manifest = build_assets(static)
        catalogues = compile_catalogues(static.parent)
        click.echo(f"{len(manifest)} files in the manifest, {catalogues} catalogues")

    return group
