"""Where the register is absent: what is asked is handed on to the national service.

`national` is the wire, `desk` the order of things (asked, called, answered or failed, sent),
`routes` the addresses. A home with a register of its own starts none of it.
"""
