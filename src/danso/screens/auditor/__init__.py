"""The auditor's pages: the whole journal, unusual looks, withholding; the guardian's alerts."""
