"""The verbs of the accounts room: they take the actor and plain values, flush and record.

They never commit and know no Flask; passwords reach them as hashes.
"""
