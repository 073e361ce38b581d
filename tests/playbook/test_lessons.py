"""The lessons that come with Attain: they render for everybody on every day, and their figures are those of the rulebook."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.people.roles import Role
from attain.playbook.course import Course, Playbook, load_playbook, packaged_folder
from attain.playbook.lesson import MODULES, ForRole, FrontMatter
from attain.playbook.lint import lint
from attain.playbook.reader import MINE, MINE_OF_METRIC, PAGES, Reader
from attain.playbook.render import names_for
from attain.playbook.searching import search

DAY = dt.date(2026, 11, 24)
OF_SECURITY = (
    "1.1 1.2 2.1 2.2 3.1 3.2 3.3 4.1 4.2 4.3 4.4 4.5 5.1 5.2 5.3 5.4 5.5 6.1 6.2 6.3".split()  # noqa: SIM905 - a list as people read it
)
BYTES_OF_PICTURES = 2_000_000


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return load_playbook()


def test_nothing_is_wrong_with_them_in_any_course_edition_or_track_with_or_without_a_score() -> None:
    assert [str(fault) for fault in lint()] == []


def test_every_designation_has_a_whole_course(playbook: Playbook) -> None:
    courses = playbook.courses()
    assert len(courses) == 6
    for course in courses:
        assert list(course.numbers) == OF_SECURITY, course.designation
        assert [module.number for module in course.modules] == list(MODULES)
        own = [lesson.number for lesson in course.lessons if lesson.front.designations]
        assert own == ["2.1", "3.1", "4.1"], course.designation


def test_every_metric_of_every_designation_has_a_lesson_of_that_designation_first(playbook: Playbook) -> None:
    for course in playbook.courses():
        for metric in playbook.book.designations[course.designation].metrics:
            first = course.for_metric(metric.id)[0]
            assert first.front.designations, (course.designation, metric.id)


def test_roles_are_those_of_people() -> None:
    assert set(ForRole.__args__) == {role.value for role in Role}


def test_a_lesson_is_followed_by_the_next_and_the_last_by_none(playbook: Playbook) -> None:
    course = playbook.course("security")
    first, last = course.lessons[0], course.lessons[-1]
    assert course.around(first) == (None, course.lessons[1])
    assert course.around(last) == (course.lessons[-2], None)


def _text(playbook: Playbook, course: Course, number: str, day: dt.date, track: str = "") -> str:
    return playbook.render(course, number, Reader(playbook.figures(course.designation, day, track))).words


@pytest.mark.parametrize(
    ("day", "fee", "window"),
    [
        (dt.date(2024, 1, 1), "4,730", "the 5 full months before"),
        (DAY, "4,875", "the 5 full months before"),
        (dt.date(2023, 7, 1), "4,730", "the day itself"),
    ],
)
def test_figures_are_those_of_the_day(playbook: Playbook, day: dt.date, fee: str, window: str) -> None:
    course = playbook.course("security")
    assert f"{fee} US dollars" in _text(playbook, course, "1.1", day)
    assert window in _text(playbook, course, "1.2", day)


@pytest.mark.parametrize(
    ("day", "track", "answer"),
    [(DAY, "enterprise", "8"), (DAY, "smb", "16"), (dt.date(2023, 7, 1), "single", "8"), (dt.date(2022, 12, 1), "single", "8")],
)
def test_the_worked_answer_of_a_check_is_worked_out_by_the_rules_of_the_day(
    playbook: Playbook, day: dt.date, track: str, answer: str
) -> None:
    course = playbook.course("security")
    check = playbook.render(course, "2.1", Reader(playbook.figures("security", day, track))).checks[0]
    assert check.answer == answer
    assert check.judge(answer)
    assert not check.judge("7.5")


def test_numbers_of_ones_own_take_the_place_of_the_example(playbook: Playbook) -> None:
    course = playbook.course("security")
    figures = playbook.figures("security", DAY)
    own = {"total": "61.33", "partner": "A*B <script>", "status": "In progress"}
    html = "".join(piece for piece in playbook.render(course, "1.1", Reader(figures, own)).pieces if isinstance(piece, str))
    assert "61.33 points in Security" in html
    assert "Where A*B &lt;script&gt; stands" in html
    assert "61.33" not in _text(playbook, course, "1.1", DAY)


def test_how_the_track_is_chosen_is_said_as_tracks_are_called_elsewhere(playbook: Playbook) -> None:
    for course in playbook.courses():
        said = names_for(Reader(playbook.figures(course.designation, DAY)))["how_tracks"]
        assert said[0].isupper()
        assert "SMB" in said
        assert "smb" not in said


def test_no_lesson_lets_markup_through(playbook: Playbook) -> None:
    for course in playbook.courses():
        for number in course.numbers:
            rendered = playbook.render(course, number, Reader(playbook.figures(course.designation, DAY)))
            html = "".join(piece for piece in rendered.pieces if isinstance(piece, str))
            assert "<script" not in html
            assert not re.search(r">[^<]*\d{4}-\d{2}-\d{2}", html), (course.designation, number, "a day that is not written as pages do")
            assert " style=" not in html
            assert number != "1.2" or html.count('<td class="number">') >= len(playbook.book.designations[course.designation].metrics)
            assert html.count('class="picture picture-light"') == html.count('class="picture picture-dark"')


def test_the_search_finds_words_and_puts_titles_first(playbook: Playbook) -> None:
    course = playbook.course("security")
    assert search(playbook, course, DAY, "renewing")[0].lesson.number == "6.2"
    found = search(playbook, course, DAY, "CPOR claim")
    assert "5.4" in [one.lesson.number for one in found]
    assert all("cpor" in one.excerpt.casefold() for one in found)
    assert search(playbook, course, DAY, "zebra") == search(playbook, course, DAY, "  ") == []


def test_pictures_come_in_both_themes_are_small_and_are_used(playbook: Playbook) -> None:
    files = list((packaged_folder() / "pictures").iterdir())
    assert sum(path.stat().st_size for path in files) < BYTES_OF_PICTURES
    assert {name for name, theme in playbook.pictures if theme == "light"} == {name for name, theme in playbook.pictures if theme == "dark"}
    written = "".join(path.read_text(encoding="utf-8") for path in packaged_folder().rglob("*.md"))
    assert [name for name, _ in playbook.pictures if f"(picture:{name})" not in written] == []


def test_an_unknown_lesson_names_the_nearest(playbook: Playbook) -> None:
    with pytest.raises(AttainError, match=r"did you mean 2\.\d"):
        playbook.course("security").lesson("2.9")


def test_lessons_of_ones_own_stand_in_for_those_of_attain(tmp_path: Path) -> None:
    text = (packaged_folder() / "1.1-what-it-is.md").read_text(encoding="utf-8")
    (tmp_path / "mine.md").write_text(
        text.replace("title: What the designation is, and what it costs", "title: Welcome to Contoso"), encoding="utf-8"
    )
    (tmp_path / "seven.md").write_text(text.replace("'1.1'", "'6.9'").replace("module: 1", "module: 6"), encoding="utf-8")
    course = load_playbook(str(tmp_path)).course("modern-work")
    assert course.lesson("1.1").title == "Welcome to Contoso"
    assert course.lessons[-1].number == "6.9"
    assert lint(tmp_path) == []


DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "playbook.md").read_text(encoding="utf-8")


def test_the_example_of_the_document_is_sound(tmp_path: Path) -> None:
    example = DOCUMENT.partition("````markdown\n")[2].partition("````")[0]
    (tmp_path / "example.md").write_text(example, encoding="utf-8")
    (tmp_path / "pictures").mkdir()
    for theme in ("light", "dark"):
        (tmp_path / "pictures" / f"our-page.{theme}.png").touch()
    assert lint(tmp_path) == []


def test_the_document_names_all_that_a_lesson_may_write(playbook: Playbook) -> None:
    names = [*names_for(Reader(playbook.figures("security", DAY))), *PAGES, *MINE, *FrontMatter.model_fields, *ForRole.__args__]
    assert [name for name in names if not re.search(rf"`{name}\b", DOCUMENT)] == []
    assert [name for name in MINE_OF_METRIC if f".{name}`" not in DOCUMENT] == []
