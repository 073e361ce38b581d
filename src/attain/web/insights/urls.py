"""The pages of Insights."""

from __future__ import annotations

from django.urls import path

from attain.web.insights import views

app_name = "insights"
urlpatterns = [
    path("", views.qualification, name="qualification"),
    path("customers/", views.customers, name="customers"),
    path("skilling/", views.skilling, name="skilling"),
    path("trends/", views.trends, name="trends"),
]
