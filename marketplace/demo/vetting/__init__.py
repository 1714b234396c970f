"""The demonstration's vetting: calls, applications in every state, experts, notices, editions.

Everything goes through the services as it would have, each step at the moment it would have been
taken (`db.at_moment`), so that what the tour shows is what the site makes.
"""
