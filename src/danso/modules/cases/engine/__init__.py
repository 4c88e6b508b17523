"""Pure parts of cases: transitions, deadlines, forms, codes."""
