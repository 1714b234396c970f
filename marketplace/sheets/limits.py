"""How much of a stranger's file is looked at; every number is checked before parsing.

The figures fit a bureau's largest real lists (a few thousand rows, a few dozen columns) with
room to spare, and keep one file below 200 MB of memory and about a second of work.
"""

from __future__ import annotations

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 2_000
# An XML sheet of repeated short cells packs about 1:30; a bomb of zeros packs 1:1000.
MAX_RATIO = 250
RATIO_COUNTS_FROM_BYTES = 4 * 1024 * 1024

MAX_SHEETS = 60
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 400_000
# calamine lays a sheet out as a full rectangle, so its area counts, not only its cells.
MAX_AREA = 1_500_000
MAX_MERGES = 20_000
# Excel's own limit of cell styles (64,000) with some room.
MAX_STYLES = 70_000
# Excel's own limit for the text of one cell.
MAX_CELL_CHARS = 32_767

MAX_XML_DEPTH = 64
MAX_XML_TOKEN_BYTES = 4 * 1024 * 1024
