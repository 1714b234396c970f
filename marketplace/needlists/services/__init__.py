"""Verbs of the room, by subject: lists while drafted, publication, imports and their rows.

Each takes the actor and plain values, runs inside the caller's transaction, flushes and records;
none commits, except the worker's, which keeps its progress as it goes.
"""
