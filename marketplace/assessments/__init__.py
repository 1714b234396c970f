"""Assessments (分级评价): expert pool, draw with recusal, blind scores, agreed score, site checks.

Experts see an application only through their seat. May import formal_review and below.
"""
