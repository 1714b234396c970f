"""Recommendations: a need against the listed providers, ranked or excluded, each with its reason.

May import needs, catalogue, search, matching and what lies below. A GET computes and writes
nothing; saving a run keeps all that is needed to replay it.
"""
