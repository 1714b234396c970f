"""Needs of manufacturers: the guided form, drafts, disclosure, quality, their lifecycle.

May import catalogue, providers, accounts and what lies below. Confidential text is guarded in
`queries`: templates only ever get what the viewer may see.
"""
