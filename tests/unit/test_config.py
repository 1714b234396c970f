"""Settings and the secrets an instance keeps."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from marketplace.config import read_config


def test_processes_that_start_together_read_one_whole_secret(tmp_path: Path) -> None:
    for trial in range(20):
        instance = tmp_path / str(trial)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _n, at=instance: read_config({}, at), range(8)))
        assert len({config["SECRET_KEY"] for config in found}) == 1
        assert len(found[0]["SECRET_KEY"]) == 64
        assert sorted(path.name for path in instance.iterdir()) == [
            "password_salt",
            "secret_key",
            "totp_secret",
        ]


def test_only_its_owner_reads_a_secret(tmp_path: Path) -> None:
    read_config({}, tmp_path)
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_an_empty_secret_is_told_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(ValueError, match="secret_key is empty"):
        read_config({}, tmp_path)
