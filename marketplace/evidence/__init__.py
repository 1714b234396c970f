"""Files people hand in: checked by content, kept under random names, given out only by the room they belong to.

May import rules, outbox, audit and below; who may read a file is decided by the room above that
has it in its hands.
"""
