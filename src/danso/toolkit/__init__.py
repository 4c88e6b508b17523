"""Django-side pieces that modules and screens share."""
