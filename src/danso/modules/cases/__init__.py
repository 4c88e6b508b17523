"""Cases: public services from submission to result; the one-stop desk."""
