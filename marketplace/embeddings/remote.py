"""Vectors from an address that speaks the OpenAI form: POST of model and input, a list of embeddings back.

Nothing is believed: time, size, form, count, dimension and values are checked. Redirects are not followed, so that a
text goes to the host that was named and to no other.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from .faults import EmbeddingFault
from .settings import Settings
from .vectors import Floats, unit_vectors

MOST_BYTES = 32 * 1024 * 1024
CHUNK = 64 * 1024


class Remote:
    """One address. Each call is one request with a deadline of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._parts = urlsplit(settings.url)

    def embed(self, texts: Sequence[str], *, query: bool, dimension: int | None = None) -> Floats:
        """Give a vector a text; asks once and raises EmbeddingFault for anything but a whole, sound answer."""
        prefix = self._settings.query_prefix if query else self._settings.passage_prefix
        wanted = {"model": self._settings.model, "input": [prefix + text for text in texts]}
        return unit_vectors(_rows(self._ask(wanted), len(texts)), dimension)

    def _ask(self, wanted: dict[str, Any]) -> Any:
        body = json.dumps(wanted, ensure_ascii=False).encode("utf-8", "replace")
        deadline = time.monotonic() + self._settings.timeout_seconds
        connection = self._connection()
        watch: Timer | None = None
        try:
            connection.connect()
            # A socket's timeout starts anew with every byte; one that drips is cut off at the deadline.
            watch = Timer(max(0.0, deadline - time.monotonic()), _cut_off, (connection.sock,))
            watch.daemon = True
            watch.start()
            path = self._parts.path or "/v1/embeddings"
            target = f"{path}?{self._parts.query}" if self._parts.query else path
            connection.request("POST", target, body, self._headers())
            _check_status(answer := connection.getresponse())
            content = _read(answer)
            if time.monotonic() >= deadline:
                raise TimeoutError
        except (OSError, HTTPException, UnicodeError) as error:
            if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
                raise EmbeddingFault("timeout") from error
            raise EmbeddingFault("unreachable", type(error).__name__) from error
        finally:
            if watch is not None:
                watch.cancel()
            connection.close()
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise EmbeddingFault("not_json") from error

    def _connection(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        seconds = self._settings.timeout_seconds
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(host, port, timeout=seconds, context=context)
        return HTTPConnection(host, port, timeout=seconds)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._settings.key:
            headers["Authorization"] = f"Bearer {self._settings.key}"
        return headers


def _check_status(answer: HTTPResponse) -> None:
    if 300 <= answer.status < 400:
        raise EmbeddingFault("redirect", str(answer.status))
    if answer.status != 200:
        raise EmbeddingFault("status", str(answer.status))


def _cut_off(connected: socket.socket) -> None:
    """End both directions of a connection, whoever is waiting for it."""
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _read(answer: HTTPResponse) -> bytes:
    """Read an answer within its size."""
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(CHUNK):
        size += len(part)
        if size > MOST_BYTES:
            raise EmbeddingFault("too_large")
        parts.append(part)
    if answer.length:
        raise IncompleteRead(b"", answer.length)
    return b"".join(parts)


def _rows(content: Any, count: int) -> list[Any]:
    """Take the rows out of an answer, in the order of what was asked."""
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise EmbeddingFault("shape")
    if len(data) != count:
        raise EmbeddingFault("count", f"{len(data)} ≠ {count}")
    places = [item.get("index", place) for place, item in enumerate(data)]
    if sorted(place for place in places if type(place) is int) != list(range(count)):
        raise EmbeddingFault("count")
    rows: list[Any] = [None] * count
    for place, item in zip(places, data, strict=True):
        rows[place] = item.get("embedding")
    return rows
