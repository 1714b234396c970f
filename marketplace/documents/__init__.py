"""Setting a table with its head and notes for print: one content, written as PDF and as Word.

A cellar: knows no room. What a document says is built by the rooms that publish one.
"""
