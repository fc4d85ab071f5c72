"""The whole site on one machine: `make demo` installs, seeds and starts it."""
