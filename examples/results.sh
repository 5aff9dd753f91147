# The results outside the project, whose code an orchestrator may run from a copy:
#   . examples/results.sh /data/segments
mkdir -p "${1:?a folder for the results}"
SEGMENTS_RESULTS=$(cd "$1" && pwd)
export SEGMENTS_DATABASE="$SEGMENTS_RESULTS/warehouse.duckdb"
export SEGMENTS_PUBLISHED="$SEGMENTS_RESULTS/published/customer_segments.duckdb"
export SEGMENTS_SERVICE_PUBLISHED="$SEGMENTS_RESULTS/published/service_cards.duckdb"
export SEGMENTS_DATA_DOCS="$SEGMENTS_RESULTS/data_docs"
