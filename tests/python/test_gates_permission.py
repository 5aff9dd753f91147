"""Permission to publish, from the rows of the gates."""

from pathlib import Path
from typing import Any

from customer_segmentation.gates.permission import mixture, refusal

NOW, BEFORE = "run 2", "run 1"


def check(run_id: str = NOW, severity: str = "critical", passed: bool | None = True) -> Any:
    return {"run_id": run_id, "severity": severity, "passed": passed}


def test_a_run_whose_gates_passed_may_publish() -> None:
    warned = [check(), check(severity="warning", passed=False)]
    healed = [check(BEFORE, passed=False), check()]
    assert refusal({"gate_shop": warned, "gate_web": healed}, NOW) is None


def test_a_failed_critical_check_refuses() -> None:
    rows = [check(), check(passed=False), check(passed=None)]
    assert refusal({"gate_shop": rows, "gate_web": [check()]}, NOW) == (
        "nothing is published, because gate_shop failed (critical checks: 2): "
        "fix the failed checks and run 'dbt build'"
    )
    page = str(Path("docs/run 2/gate_shop.html"))
    assert page in (refusal({"gate_shop": rows}, NOW, Path("docs")) or "")


def test_a_gate_without_results_of_this_run_refuses() -> None:
    assert refusal({"gate_shop": [check(BEFORE)], "gate_web": [], "gate_crm": [check()]}, NOW) == (
        "nothing is published, because gate_shop has no results of this run and "
        "gate_web has no results of this run: run 'dbt build'"
    )


def test_tables_of_another_run_are_refused() -> None:
    assert mixture(NOW, NOW) is None
    for other in (BEFORE, None):
        assert mixture(other, NOW) == (
            "nothing is published, because another run built the tables: run 'dbt build'"
        )
