"""Reading files of people: formats, headings, values, places. Pure: no database, no Django."""
