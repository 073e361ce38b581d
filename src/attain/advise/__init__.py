"""What next: hypotheses scored by the same score, who could count, and what a change would do.

The core, on which everything else here and any forecast or plan stands:

- `PartnerFacts.of(facts, partner)` holds one partner's conformed tables in memory; `with_frames(...)` gives changed ones; `.facts` is the
  same as `Facts` on disk, for whatever takes those.
- `Hypotheses(book, facts, partner, on)` scores such tables exactly: `current` is today's score, `score(held)` that of one hypothesis,
  `score_many(...)` that of many in one query. No change gives no difference.
- `Scenario` is a list of changes, from JSON, YAML or `--change` texts; `apply_changes(hypotheses, scenario.changes)` gives the tables they
  lead to.
- `simulate(...)` compares the two and says why; `compare(...)` does without the reasons.
- `hypotheses.standings` has the metrics of the tracks that count with the entities behind each; `with_frames(..., months=...)` and
  `score(held, on=...)` take facts that cover other months, and other days: what a forecast needs.
- `cheapest(hypotheses, designation, target=, by=, costs=)` gives `Paths`: up to three `CheapPlan`s, each played through the score;
  `recommendations(hypotheses, by=, costs=)` gives `Recommendation`s by designation. Both have `to_json()`; `ActionCosts` is what actions
  take.
"""
