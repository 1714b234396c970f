"""Pages of need lists and imports: the public ones, the desk's, and the files."""

from ..blueprint import room
from . import desk, files, import_rows, imports, public, publishing

__all__ = ["desk", "files", "import_rows", "imports", "public", "publishing", "room"]
