{#- The vars that are one of a few words. -#}
{%- macro choice_vars() -%}
    {{
        return(
            {
                "rfm_score_method": ["quantile", "fixed", "frozen"],
                "rfm_frequency_ties": ["equal", "row_order"],
                "value_purchase_model": ["auto", "bg_nbd", "mbg_nbd", "pareto_nbd", "past_rate"],
                "value_forecasts_required": [true, false],
                "unknown_age_is_too_young": [true, false],
                "allow_special_category": [true, false],
                "start_history_anew": [true, false],
                "accept_drift": [true, false],
                "refit": [true, false],
                "accept_recluster": [true, false],
                "order_value_includes_tax": [true, false],
                "order_value_includes_shipping": [true, false],
                "order_value_after_refunds": [true, false],
                "online_retail_keep_duplicates": [true, false],
                "visitors_are_customers": [true, false],
            }
        )
    }}
{%- endmacro -%}
