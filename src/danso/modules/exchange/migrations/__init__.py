"""Tables of exchange and the schema `gateway_v1`."""
