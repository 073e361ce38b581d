"""`python -m bench NAME`: NAME is one of MODULES, `score` unless given; `--help` says what each does."""

from __future__ import annotations

import sys
from importlib import import_module

MODULES = {
    "score": "bench.score",
    "store": "bench.store",
    "kill": "bench.kill",
    "spark": "bench.on_spark",
    "web": "bench.web",
    "backtest": "bench.backtest",
    "plans": "bench.plans",
    "fuzz": "bench.fuzz",
    "mutation": "bench.mutation",
    "guided": "bench.guided",
    "soak": "bench.soak",
    "downloads": "bench.downloads",
    "start": "bench.start",
    "portfolio": "bench.portfolio",
    "postgres": "bench.on_postgres",
}


def main(given: list[str]) -> None:
    name = given[0] if given and given[0] in MODULES else "score"
    import_module(MODULES[name]).main(given[1:] if given[:1] == [name] else given)


if __name__ == "__main__":
    main(sys.argv[1:])
