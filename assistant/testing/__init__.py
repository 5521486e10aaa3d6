"""Small real stand-ins and conformance suites, for our tests and for plugin authors."""
