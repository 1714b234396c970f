"""The life of a listing: tier decisions by two people, validity, re-checks, suspension, removal.

The listing itself (`catalogue.models.Listing`) is the only place a tier is kept; this room is
the only one that changes it. May import catalogue and what lies below.
"""
