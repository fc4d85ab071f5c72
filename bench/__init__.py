"""Benchmarks: the raw IMAP floor, our pages over HTTP, load (`make bench`)."""
