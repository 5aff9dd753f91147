"""Surveys: compare the answers of customers with their segments."""
