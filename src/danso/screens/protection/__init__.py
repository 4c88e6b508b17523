"""Data protection at work: answering requests of data subjects, the register of breaches."""
