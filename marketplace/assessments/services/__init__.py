"""The verbs of expert review: pool, draw, seats, scores, agreement, site checks, proposals."""
