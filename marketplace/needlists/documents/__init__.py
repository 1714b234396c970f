"""A list as files to take away: what they say, and how each kind is written.

Content is built once from the rows one reader may see (`content`); the writers know no need.
"""
