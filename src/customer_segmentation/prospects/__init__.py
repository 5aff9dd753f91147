"""Prospects: the probable group of buyers, from attributes that both have.

tiers   a calibrated regression of groups on attributes, and how good it is
tables  the models of all segmentations of buyers, as one long table

Nothing here knows dbt or a database; seg_prospect_value.sql scores prospects from the long table.
Every result is the same for the same customers in any order of rows, on any number of threads.
"""
