"""Full embeddings of needs and of what providers say: optional, computed by the worker, kept in the database.

Off unless the configuration says so. Requests only read vectors; where one is missing the ranking does without.
"""
