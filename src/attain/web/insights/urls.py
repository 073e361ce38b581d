"""The pages of Insights."""

from __future__ import annotations

from django.urls import path

from attain.web.insights import customers, qualification, skilling, trends

app_name = "insights"
urlpatterns = [
    path("", qualification.qualification, name="qualification"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<str:tenant>/", customers.customer, name="customer"),
    path("skilling/", skilling.skilling, name="skilling"),
    path("trends/", trends.trends, name="trends"),
]
