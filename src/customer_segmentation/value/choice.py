"""Choose the candidate that makes the forecast: the one with the smallest back-test error.

A candidate is excluded if it could not be fitted or compared, if its aggregate error is
above the limit, or if its mean absolute error is above that of the naive past rate. The best of the
rest makes the forecast. If none is left, the forecast is withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from customer_segmentation.value.back_test import BackTest
from customer_segmentation.value.fitting import MESSAGES, NotEstimable

AUTO = "auto"

# The calibration has too few data: the shop is too young for a back-test.
TOO_YOUNG = {
    NotEstimable.NO_CUSTOMERS,
    NotEstimable.ONE_CUSTOMER,
    NotEstimable.NO_TIME_PASSED,
    NotEstimable.NOBODY_REPEATS,
}


class Outcome(StrEnum):
    """The outcome for a candidate."""

    # One candidate of each run has one of these.
    CHOSEN = "chosen"
    CHOSEN_UNTESTED = "chosen_untested"
    WITHHELD = "withheld"
    NOT_ESTIMABLE = "not_estimable"
    # All others have this one.
    NOT_CHOSEN = "not_chosen"


class Failure(StrEnum):
    """The reason why a fitted candidate makes no forecast."""

    NOTHING_TO_COMPARE = "nothing_to_compare"
    FAILED_BACK_TEST = "failed_back_test"
    WORSE_THAN_PAST_RATE = "worse_than_past_rate"


@dataclass(frozen=True)
class Candidate:
    """The facts about a candidate before the choice.

    fit_reason          reason for a missing model for forecasts, or None
    calibration_reason  reason for a missing model to test, or None
    fit_message         one sentence about the failed fit
    measures            measures of the back-test, None without a model or without later days
    """

    model: str
    fit_reason: str | None
    calibration_reason: str | None
    fit_message: str
    measures: BackTest | None

    @property
    def is_untested(self) -> bool:
        """Whether the shop is too young to test the candidate."""
        return self.calibration_reason in TOO_YOUNG or (
            self.calibration_reason is None and self.measures is None
        )

    def failure(self, most_error: float) -> str | None:
        """The reason why the candidate cannot make the forecast, or None."""
        if self.fit_reason:
            return self.fit_reason
        if self.is_untested:
            return None
        if self.calibration_reason or not self.measures:
            return self.calibration_reason
        if self.measures.aggregate_error is None:
            return Failure.NOTHING_TO_COMPARE
        if abs(self.measures.aggregate_error) > most_error:
            return Failure.FAILED_BACK_TEST
        error, naive = self.measures.mean_absolute_error, self.measures.naive_absolute_error
        if error is not None and naive is not None and error > naive:
            return Failure.WORSE_THAN_PAST_RATE
        return None


@dataclass(frozen=True)
class Decision:
    """The outcome of a candidate, the reason for its exclusion or None, and a sentence."""

    outcome: Outcome
    reason: str | None
    message: str


def choose(candidates: Sequence[Candidate], wanted: str, most_error: float) -> list[Decision]:
    """A decision per candidate: ``wanted`` is one of them or ``auto``.

    ``most_error`` is the limit of the aggregate error, as a share. The first of equal errors is
    taken. If every ``wanted`` candidate is excluded, the one with the smallest error gives the
    reason, and one that was fitted before others.
    """
    failures = [candidate.failure(most_error) for candidate in candidates]

    def rank(number: int) -> tuple[bool, bool, float, int]:
        candidate = candidates[number]
        error = candidate.measures.mean_absolute_error if candidate.measures else None
        # A test says more to people than a fit that failed.
        is_unfitted = candidate.fit_reason is not None or candidate.calibration_reason is not None
        failed = failures[number] is not None
        return failed, failed and is_unfitted, float("inf") if error is None else error, number

    asked = [n for n, one in enumerate(candidates) if wanted in (AUTO, one.model)]
    first = min(asked, key=rank)
    decisions = []
    for number, (candidate, failure) in enumerate(zip(candidates, failures, strict=True)):
        if number == first:
            decisions.append(_decision_on_first(candidate, failure))
        elif failure:
            message = _sentence(candidate, failure)
            decisions.append(Decision(Outcome.NOT_CHOSEN, failure, message))
        else:
            why = (
                f"{candidates[first].model} comes first"
                if number in asked
                else f"value_purchase_model is {wanted}"
            )
            decisions.append(Decision(Outcome.NOT_CHOSEN, None, f"not used: {why}"))
    return decisions


def _decision_on_first(candidate: Candidate, failure: str | None) -> Decision:
    if failure in TOO_YOUNG:
        return Decision(Outcome.NOT_ESTIMABLE, failure, f"no forecast: {candidate.fit_message}")
    if failure:
        return Decision(Outcome.WITHHELD, failure, _sentence(candidate, failure))
    if candidate.is_untested:
        return Decision(
            Outcome.CHOSEN_UNTESTED,
            None,
            "makes the forecast untested: the shop is too young for a back-test",
        )
    return Decision(Outcome.CHOSEN, None, f"makes the forecast: {_figures(candidate.measures)}")


def _sentence(candidate: Candidate, failure: str) -> str:
    measures = candidate.measures
    if failure == Failure.NOTHING_TO_COMPARE:
        return "nobody bought in the later days, so that nothing can be compared: not published"
    if failure == Failure.FAILED_BACK_TEST and measures and measures.aggregate_error is not None:
        off = f"{abs(measures.aggregate_error):.1%}".replace("%", " %")
        return f"the forecast was {off} off: not published ({_figures(measures)})"
    if failure == Failure.WORSE_THAN_PAST_RATE:
        return f"worse than the naive past rate: not published ({_figures(measures)})"
    if failure == NotEstimable.NOT_CONVERGED:
        return f"cannot be tested, {candidate.fit_message}: not published"
    return f"no forecast: {MESSAGES[NotEstimable(failure)]}"


def _figures(measures: BackTest | None) -> str:
    """The measures as text."""
    if not measures:
        return ""
    figures = [
        ("mean absolute error", measures.mean_absolute_error, ".3f"),
        ("of the naive past rate", measures.naive_absolute_error, ".3f"),
        ("all purchases", measures.aggregate_error, "+.1%"),
        ("rank correlation", measures.rank_correlation, ".2f"),
        ("purchases of the best tenth", measures.top_decile_capture, ".0%"),
    ]
    known = [
        f"{name} {value:{digits}}".replace("%", " %")
        for name, value, digits in figures
        if value is not None
    ]
    return ", ".join(known)
