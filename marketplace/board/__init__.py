"""The bureau's workbench: what waits for whom, what is overdue, where supply is missing.

May import every room below it; writes nothing.
"""
