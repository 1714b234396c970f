"""Working days: the calendar a bureau keeps, and the days promised or fixed by it.

Periods that bind (public notices, objections) are reckoned by `reckoning`, which refuses to go
beyond the published calendar; days that are only promised by `promises`, which guesses.
May import rules and what lies below.
"""
