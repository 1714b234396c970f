"""The HTTP toolkit every room's views use: guards, transactions, errors, forms, headers.

May import db and the cellars; knows no table and no room.
"""
