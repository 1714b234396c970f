"""The front page and the site's own texts; health; in demo mode the style guide.

May import every room below it; writes nothing.
"""
