"""The Python side of the dbt project customer_segmentation: gates, publishing, sample data."""
