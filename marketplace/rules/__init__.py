"""Rules a bureau will want to change, as versioned data: tiers, quality weights, deadlines, texts.

Each rule set has a default in `data/`; staff write new versions with the date they take effect.
May import db, permissions and audit; the meaning of a rule set belongs to the room that uses it.
"""
