"""Who did what, when, to which row: an append-only, hash-chained log.

May import db and permissions; every room that changes state records here.
"""
