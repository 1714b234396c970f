"""Listings (tier and validity) and the public catalogue: browse, search, export.

May import providers, search, rules and what lies below; knows nothing of needs.
"""
