"""The catalogues of other languages: compiled for use, and held against the texts there are.

The texts themselves are Chinese msgids in the code. A catalogue holds only what is translated;
the rest shows in Chinese, which `flask translations check` lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.cli import AppGroup

MAPPING = "babel.cfg"


def catalogue_paths(root: Path) -> list[Path]:
    """Return the catalogues' source files."""
    return sorted((root / "translations").glob("*/LC_MESSAGES/messages.po"))


def compile_catalogues(root: Path) -> int:
    """Write the compiled form beside every catalogue; return how many. Safe to repeat."""
    paths = catalogue_paths(root)
    for path in paths:
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read_catalogue(path))
    return len(paths)


def read_catalogue(path: Path) -> Catalog:
    """Return a catalogue; its folder names the language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def texts_in_use(root: Path) -> dict[str, set[str]]:
    """Return every msgid of code and templates with the files it stands in."""
    with (root / MAPPING).open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, set[str]] = {}
    for name, _line, text, _comments, _context in extract_from_dir(
        root, methods, options, directory_filter=_is_ours
    ):
        for single in (text,) if isinstance(text, str) else text:
            found.setdefault(single, set()).add(name)
    return found


def _is_ours(folder: str | Path) -> bool:
    return Path(folder).name in {"marketplace", "templates"} or bool(
        {"marketplace", "templates"} & set(Path(folder).parts)
    )


def stale_texts(catalogue: Catalog, used: Iterable[str]) -> list[str]:
    """Return msgids of the catalogue that stand nowhere any more."""
    known = set(used)
    return [str(item.id) for item in catalogue if item.id and item.id not in known]


def missing_texts(
    catalogue: Catalog, used: dict[str, set[str]], files: Iterable[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield (file, msgid) of what has no translation, in the files given or in all."""
    wanted = set(files)
    for text, places in sorted(used.items(), key=lambda pair: (min(pair[1]), pair[0])):
        message = catalogue.get(text)
        here = places & wanted if wanted else places
        if here and (message is None or not message.string):
            yield min(here), text


def install_translations(app: Flask) -> None:
    """Add `flask translations check|compile`."""
    root = Path(app.static_folder or "static").parent
    group = AppGroup("translations", help="The catalogues of other languages.")

    @group.command("compile")
    def compile_command() -> None:
        """Compile the catalogues; `flask assets build` does it too."""
        click.echo(f"{compile_catalogues(root)} catalogues compiled")

    @group.command("check")
    @click.argument("files", nargs=-1)
    def check_command(files: tuple[str, ...]) -> None:
        """List what no longer exists and what has no translation (in FILES, or anywhere)."""
        used = texts_in_use(root)
        for path in catalogue_paths(root):
            catalogue = read_catalogue(path)
            for text in stale_texts(catalogue, used):
                click.echo(f"{path.parent.parent.name}: not in use: {text}")
            for place, text in missing_texts(catalogue, used, files):
                click.echo(f"{path.parent.parent.name}: {place}: {text}")

    app.cli.add_command(group)
