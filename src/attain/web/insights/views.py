"""Views of Insights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.people.access import needs
from attain.people.roles import Access
from attain.web.pages import Crumb, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_AREA = Crumb("Insights")


@needs(Access.INSIGHTS)
def qualification(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show how near each designation is."""
    return page(request, "web/insights/qualification.html", "Qualification summary", crumbs=[_AREA, Crumb("Qualification summary")])


@needs(Access.INSIGHTS)
def customers(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show customers by criterion met."""
    return page(request, "web/insights/customers.html", "Customer eligibility", crumbs=[_AREA, Crumb("Customer eligibility")])


@needs(Access.INSIGHTS)
def skilling(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show gates, people and certificates."""
    return page(request, "web/insights/skilling.html", "Skilling eligibility", crumbs=[_AREA, Crumb("Skilling eligibility")])


@needs(Access.INSIGHTS)
def trends(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show how what is counted moves."""
    return page(request, "web/insights/trends.html", "Metric trends", crumbs=[_AREA, Crumb("Metric trends")])
