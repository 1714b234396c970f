"""What can go wrong behind the search door.

Callers need one word only: the index is not there. They fall back to the
database, say so on the page, and rebuild. May not carry document texts.
"""


class IndexUnavailable(Exception):
    """The index cannot be read or trusted; the database has to answer."""


class IndexBusy(IndexUnavailable):
    """Another process holds the write lock; the same call may succeed later."""
