"""Clusters of customers: fitted here on bounded samples, scored in SQL from tables of parameters.

Nothing here knows dbt or a database. Frames have one row a customer, indexed by customer_id, and
nulls where a value is not known. Every result is the same for the same customers in any order of
rows, on any number of threads.
"""
