"""How danso's pages look and speak: Jinja environment, layouts, macros, forms, words."""
