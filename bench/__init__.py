"""Measurements of speed, printed as ratios taken in one run; not part of the site."""
