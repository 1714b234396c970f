"""Providers: profile, offerings, cases, certificates; editing by their members.

May import accounts and what lies below; knows nothing of tiers (catalogue) or needs.
"""
