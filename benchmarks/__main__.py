"""``make bench``: every benchmark, one after the other."""

from benchmarks import domains, hygiene

hygiene.main()  # first: it reports the peak memory of its process
domains.main()
