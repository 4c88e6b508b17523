"""Pure parts of sources: values in words and back, spreadsheets as bytes."""
