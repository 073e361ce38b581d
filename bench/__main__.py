"""`python -m bench`: see `bench.score`."""

from bench.score import main

main()
