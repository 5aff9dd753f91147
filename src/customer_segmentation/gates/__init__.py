"""Gates: Great Expectations suites that stop a build before bad data reaches anyone.

contract         what each landing table must look like, read from the sources YAML
expectations     what Great Expectations does not have
suites           the expectations, as plain functions of the contract and the day
runner           runs suites on DuckDB or Spark and gives one result per check
duckdb_dialect   lets Great Expectations query the DuckDB connection that dbt has open
page             the data docs of a gate: one self-contained HTML page
dbt_gates        what the Python models call: takes dbt's objects apart and calls the above
"""

import os
import warnings

# Before anybody imports Great Expectations: it reads the variable once, and where pyspark is
# installed it imports that too, which warns about the version of pandas.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
# Our dialect is not PostgreSQL, whatever its name.
warnings.filterwarnings("ignore", message="You are using a generic SQLDatasource")
