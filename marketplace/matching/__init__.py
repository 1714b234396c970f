"""Ranks vetted providers for a need, each place and each exclusion with its reason.

Pure: plain values in, plain values out. It knows no web, no database, no search engine; text evidence,
the lexicon and the vocabulary are passed in. docs/matching.md explains the model.
"""
