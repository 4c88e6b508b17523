"""What people see: pages only, no tables, no rules."""
