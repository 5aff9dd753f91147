# Airflow of this example alone, without usage statistics: . examples/airflow/environment.sh
export AIRFLOW_HOME="$PWD/.venv-examples/airflow/home"
export AIRFLOW__CORE__DAGS_FOLDER="$PWD/examples/airflow/dags"
export AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
export AIRFLOW__COSMOS__ENABLE_TELEMETRY=False
