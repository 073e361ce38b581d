"""Speed and memory, measured on synthetic facts and shown as ratios to what the same machine does without Attain."""
