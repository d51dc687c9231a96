"""The five sample cities have the rows that are written down: whoever changes a maker shows it in the diff."""

from tests.orchestration import sample_rows


def test_the_row_counts_are_those_in_git() -> None:
    kept = sample_rows.KEPT.read_text(encoding="utf-8").splitlines()
    found = sample_rows.counted().splitlines()
    gone = [f"- {line}" for line in kept if line not in found]
    new = [f"+ {line}" for line in found if line not in kept]
    assert not gone + new, "\n".join(["city,dataset,files,rows changed; `make sample-rows` renews them", *gone, *new])
