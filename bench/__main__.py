"""`make bench`: text scoring, whole recommendations, replays, each beside its peers in one run."""

import runpy
import sys

for name in ("bench.search", "bench.recommend", "bench.replay"):
    print(f"== {name}")
    sys.argv[0] = name
    runpy.run_module(name, run_name="__main__")
