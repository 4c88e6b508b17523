"""The national population service on the wire: pure text in and out, for whoever calls it.

`soap` holds what is known of the C06 service on the sharing platform (request fields in a fixed
order, the citizen message, HTTP Basic with a hash). `feed` is a shape of our own, for what has no
public specification. Everything else that is not public is in a home's `setup`.
"""
