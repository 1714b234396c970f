"""Need lists: importing spreadsheets, checking them row by row, publishing numbered lists.

May import needs and what lies below. `understanding/` is pure: it reads rows, not databases.
"""
