"""What the journal needs from outside: the sealing key and the folder of published heads."""
