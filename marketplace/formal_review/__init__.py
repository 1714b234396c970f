"""Formal review (形式审查): rules decide what is certain, people the rest, supplements are asked for.

May import applications and below; the rules are the rule set `formal_review`.
"""
