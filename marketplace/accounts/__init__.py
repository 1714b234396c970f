"""People, organisations, memberships, units; sign-in through Flask-Security.

May import audit, outbox, rules, web and the cellars; knows nothing of providers or needs.
"""
