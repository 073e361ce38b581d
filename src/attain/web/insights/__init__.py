"""Insights: qualification summary, customer and skilling eligibility, metric trends."""
