"""The course in the workspace, before anything is published: progress, checks, search, pictures, and what is refused."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from attain.learning.models import LessonProgress
from attain.people.roles import Role
from tests.people.places import Places


@pytest.fixture
def learner(places: Places) -> Client:
    client = Client()
    client.force_login(places.people[Role.LEARNER])
    return client


def _text(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_lesson_that_is_opened_is_begun_and_one_marked_is_done(learner: Client) -> None:
    assert "0 of 20 lessons done" in _text(learner, "/playbook/security/")
    _text(learner, "/playbook/security/1.1/")
    answer = learner.post("/playbook/security/1.1/done/", {"done": "yes"})
    assert answer["Location"] == "/playbook/security/1.2/"
    text = _text(learner, "/playbook/")
    assert "Go on with Security" in text
    assert 'href="/playbook/security/1.2/">Resume' in text
    course = _text(learner, "/playbook/security/")
    assert "1 of 20 lessons done" in course
    assert "1 of 2 done" in course
    learner.post("/playbook/security/1.1/done/", {"done": "no"})
    assert "0 of 20 lessons done" in _text(learner, "/playbook/security/")


def test_progress_is_a_persons_own_and_a_courses_own(learner: Client, places: Places) -> None:
    learner.post("/playbook/security/1.1/done/", {"done": "yes"})
    other = Client()
    other.force_login(places.people[Role.EXECUTIVE_REPORT_VIEWER])
    assert "0 of 20 lessons done" in _text(other, "/playbook/security/")
    assert "0 of 20 lessons done" in _text(learner, "/playbook/modern-work/")


def test_after_the_last_lesson_the_course_is_shown_and_all_done_needs_no_resume(learner: Client, places: Places) -> None:
    numbers = re.findall(r'href="/playbook/security/(\d\.\d)/"', _text(learner, "/playbook/security/"))
    answers = [learner.post(f"/playbook/security/{number}/done/", {"done": "yes"}) for number in dict.fromkeys(numbers)]
    assert answers[-1]["Location"] == "/playbook/security/"
    text = _text(learner, "/playbook/security/")
    assert "20 of 20 lessons done" in text
    assert "Resume" not in text
    assert "Go on with" not in _text(learner, "/playbook/")


def test_an_answer_is_judged_kept_and_may_be_given_again(learner: Client) -> None:
    lesson = "/playbook/security/1.2/"
    answer = learner.post(f"{lesson}checks/2/", {"answer": "9"})
    assert answer["Location"] == f"{lesson}#check-2"
    assert "Not quite. The answer is: 10." in _text(learner, lesson)
    learner.post(f"{lesson}checks/2/", {"answer": "10.0"})
    assert "Right." in _text(learner, lesson)
    assert LessonProgress.objects.get(lesson="1.2").answers == {"2": ["10.0", True]}


def test_no_answer_is_said_and_an_unknown_check_is_refused(learner: Client) -> None:
    learner.post("/playbook/security/1.2/checks/1/", {})
    assert "Check 1: no answer was chosen" in _text(learner, "/playbook/security/1.2/")
    assert learner.post("/playbook/security/1.2/checks/9/", {"answer": "1"}).status_code == 400
    assert learner.get("/playbook/security/9.9/").status_code == 400
    assert learner.get("/playbook/safety/1.1/").status_code == 400


def test_a_lesson_can_be_answered_and_marked_without_a_script(learner: Client) -> None:
    text = _text(learner, "/playbook/security/5.4/")
    assert text.count('method="post" action="/playbook/security/5.4/checks/') == 3
    assert 'action="/playbook/security/5.4/done/"' in text
    assert "<script" not in re.sub(r"<script src=[^>]*></script>", "", text)


def test_the_search_finds_lessons_of_a_course(learner: Client) -> None:
    text = _text(learner, "/playbook/search/?q=renewal+window&designation=security")
    assert 'href="/playbook/security/6.2/"' in text
    assert "No lesson of Security has" in _text(learner, "/playbook/search/?q=zebra&designation=security")
    assert "&lt;b&gt;" in _text(learner, "/playbook/search/?q=%3Cb%3E&designation=none")


def test_pictures_are_those_of_lessons_alone(learner: Client) -> None:
    answer = learner.get("/playbook/pictures/overview/dark/")
    assert answer["Content-Type"] == "image/webp"
    assert b"".join(answer.streaming_content).startswith(b"RIFF")  # pyright: ignore[reportAttributeAccessIssue] - it is a file
    for name in ("overview/blue", "../../dark", "..%2Flesson/dark", "none/dark"):
        assert learner.get(f"/playbook/pictures/{name}/").status_code == 404
