"""Rubrics: how a provider is scored and which tier a score gives, as versioned data.

`scoring` and `figures` are pure arithmetic; drafts of a rubric are replayed over past scores
before two people put one in force. May import rules, workdays, accounts and below.
"""
