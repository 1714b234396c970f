"""Editions of the directory (目录): frozen, put on notice, published under a 文号, never changed.

Corrections are addenda; anyone can check a downloaded file against its checksum. May import
notices and below.
"""
