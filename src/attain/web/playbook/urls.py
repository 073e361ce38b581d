"""The pages of Playbook."""

from __future__ import annotations

from django.urls import path

from attain.web.playbook import courses, lessons, resellers

app_name = "playbook"
urlpatterns = [
    path("", courses.home, name="course"),
    path("search/", courses.searched, name="search"),
    path("resellers/<slug:organization>/", resellers.learning, name="resellers"),
    path("pictures/<str:name>/<str:theme>/", lessons.picture, name="picture"),
    path("<str:designation>/", courses.designation, name="designation"),
    path("<str:designation>/<str:number>/", lessons.lesson, name="lesson"),
    path("<str:designation>/<str:number>/done/", lessons.done, name="done"),
    path("<str:designation>/<str:number>/checks/<int:check>/", lessons.check, name="check"),
]
