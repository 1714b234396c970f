"""What an address may carry on to another page: the parameters that page knows, nothing else."""

from __future__ import annotations

from flask import request


def known_args(*names: str) -> dict[str, list[str]]:
    """Return the values of these query parameters, leaving out what is empty.

    Everything else is dropped: `url_for` takes names such as `_scheme` or `endpoint` for its own.
    """
    found = {name: [value for value in request.args.getlist(name) if value] for name in names}
    return {name: values for name, values in found.items() if values}
