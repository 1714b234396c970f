"""`make bench`: text scoring, then whole recommendations, each beside its peers in one run."""

import runpy
import sys

for name in ("bench.search", "bench.recommend"):
    print(f"== {name}")
    sys.argv[0] = name
    runpy.run_module(name, run_name="__main__")
