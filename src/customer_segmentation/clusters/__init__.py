"""Clusters of customers: fitted here on bounded samples, scored in SQL from tables of parameters.

preparation   features on a common scale, and the parameters that take others there
selection     the number of clusters: distinct, large, unlike noise, stable
model         centres and spreads; weights, margin, entropy
alignment     numbers that stay from one model to the next
explanation   what makes a cluster
fitting       all of these in one call, and one long table of the result
tables        a model as tidy tables
current       the stored model, or a new one
key_features  which features tell the segments of any segmentation apart
reasons       why there is no result

Nothing here knows dbt or a database; int_cluster_scores.sql scores customers from the long table.
Frames have one row a customer, indexed by customer_id, and nulls where a value is not known. Every
result is the same for the same customers in any order of rows, on any number of threads.
"""
