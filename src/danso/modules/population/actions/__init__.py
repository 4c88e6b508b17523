"""Everything that changes the register, one file per verb."""
