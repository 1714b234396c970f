"""Running numbers of all series; a number is given back when its transaction fails.

May import db and web; what a number stands for is the business of the rooms above.
"""
