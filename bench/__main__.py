"""`make bench`: text scoring, whole recommendations, replays, each beside its peers in one run.

``--sizes 1000,10000,100000,1000000`` sets the numbers of documents of the first two.
"""

import runpy
import sys

for name, takes_sizes in (
    ("bench.search", True),
    ("bench.recommend", True),
    ("bench.replay", False),
):
    print(f"== {name}", flush=True)
    given = sys.argv[1:]
    sys.argv = [name, *(given if takes_sizes else [])]
    runpy.run_module(name, run_name="__main__")
    sys.argv[1:] = given
