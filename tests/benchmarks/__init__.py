"""Speed as ratios: each row is measured against a reference run in the same minute, alternating, medians of rounds."""
