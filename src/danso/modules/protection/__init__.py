"""Rights of people over their data as requests with deadlines, copies, complaints; breaches."""
