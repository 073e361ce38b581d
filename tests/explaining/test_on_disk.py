"""Parts of rows on disk: what was put there, however it is read, and no more of it than the part."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from polars.testing import assert_frame_equal

from attain.explaining.on_disk import Shelf

ROWS = pl.DataFrame({"tenant_id": [f"{number:036}" for number in range(2_000)], "here c0": [None, *range(1_999)]})


def test_parts_are_read_as_they_were_put_whatever_is_read_between() -> None:
    shelf = Shelf()
    first, second = shelf.put(ROWS.iter_slices(300)), shelf.put(ROWS.reverse().iter_slices(700))
    assert (len(first), len(second)) == (2_000, 2_000)
    here, there = list[pl.DataFrame](), list[pl.DataFrame]()
    left, right = iter(first), iter(second)
    for _ in range(3):
        here.append(next(left))
        there.append(next(right))
    here.extend(left)
    assert [part.height for part in here] == [300] * 6 + [200]
    assert_frame_equal(pl.concat(here), ROWS)
    assert_frame_equal(pl.concat(there), ROWS.reverse())
    assert list(shelf.put([])) == []


def test_threads_read_parts_of_one_shelf_at_once() -> None:
    shelf = Shelf()
    found = [shelf.put(rows.iter_slices(50)) for rows in (ROWS, ROWS.reverse())]

    def whole(turn: int) -> pl.DataFrame:
        return pl.concat(found[turn % 2])

    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(whole, range(300)))
    for turn, rows in enumerate(read):
        assert_frame_equal(rows, ROWS.reverse() if turn % 2 else ROWS)


def test_a_part_takes_no_texts_of_others_with_it() -> None:
    whole = io.BytesIO()
    ROWS.write_ipc(whole, compat_level=pl.CompatLevel.oldest())
    found = Shelf().put(ROWS.iter_slices(200))
    assert sum(size for _, size in found.places) < 2 * len(whole.getvalue())
