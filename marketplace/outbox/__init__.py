"""What must happen after a commit: index, mail, timers. Written with the change, done by one worker.

May import db; the handlers are given to the worker by the factory, so this room knows no topic.
"""
