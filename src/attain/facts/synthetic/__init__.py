"""Synthetic facts: a repeatable demo of any size, with a cast of four whose scores are known.

Takes a `DemoPlan` (sizes, seed, day), gives a facts folder of the contract's tables. Computes no score.
"""

from attain.facts.synthetic.plan import DemoPlan
from attain.facts.synthetic.write import DemoSummary, write_demo

__all__ = ["DemoPlan", "DemoSummary", "write_demo"]
