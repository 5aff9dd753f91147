"""Quality gates: Great Expectations suites that stop a build before bad data is published.

contract         the required form of each landing table, from the sources YAML
expectations     expectations that Great Expectations lacks
suites           the expectations, as plain functions of the contract and the day
runner           runs suites on DuckDB or Spark and gives one result per check
duckdb_dialect   lets Great Expectations query the DuckDB connection that dbt has open
page             the data docs of a gate: one self-contained HTML page
dbt_gates        the entry points of the dbt Python models
"""

import os
import warnings

# Set before Great Expectations is imported: it reads the variable once. It also imports pyspark if
# installed, which warns about the version of pandas.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
# Our dialect is not PostgreSQL, despite its name.
warnings.filterwarnings("ignore", message="You are using a generic SQLDatasource")
