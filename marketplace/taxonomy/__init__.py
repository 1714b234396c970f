"""Industries, scenes, stages, regions and classes: shipped tables plus what staff add.

May import only the database; every other room may import it.
"""
