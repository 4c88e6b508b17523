"""The way to connected sources: files, pages of JSON, tables. `connecting` opens one."""
