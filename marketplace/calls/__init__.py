"""Calls for providers (入库征集): what is sought, until when, under which rubric.

A call opens and closes by the database's clock. May import rubrics, listings and below.
"""
