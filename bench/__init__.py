"""Benchmarks: the raw IMAP floor, our pages over HTTP, load (see README, make bench)."""
