"""Duijie (对接): needs of manufacturers matched with vetted AI service providers.

The rooms and who may import whom are drawn in docs/architecture.md.
"""
