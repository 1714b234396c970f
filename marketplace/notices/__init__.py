"""Public notices (公示), objections (异议) and appeals (申诉).

A notice runs a number of working days by the holiday table. Who objected is confidential: the
identity stands in a table of its own, and reading it needs a reason and leaves an audit entry.
May import assessments and below.
"""
