{#- n0 = z2 p (1 - p) / e2 is the sample size for an infinite population; p = 1/2 is the worst
    case. For N people it is n0 N / (N - 1 + n0) (Krejcie and Morgan 1970). Whole numbers round
    the same on every engine. The squares of z are quantiles of chi-squared with one degree of
    freedom. -#}
{%- macro sample_size(people, margin_percent, confidence_percent) -%}
    {%- set squared_z -%}
        cast(
            case {{ confidence_percent }}
                when 90 then 2705543 when 95 then 3841459 when 99 then 6634897
            end as bigint
        )
    {%- endset -%}
    {%- set all_people = "cast(" ~ people ~ " as bigint)" -%}
    {%- set squared_margin = "cast(" ~ margin_percent ~ " * " ~ margin_percent ~ " as bigint)" -%}
    {%- set divisor -%}
        ({{ squared_margin }} * 1000000 * ({{ all_people }} - 1) + {{ squared_z }} * 2500)
    {%- endset -%}
    {{
        return(
            whole_quotient(
                "(" ~ squared_z ~ " * 2500 * " ~ all_people ~ " + " ~ divisor ~ " - 1)",
                divisor,
            )
        )
    }}
{%- endmacro -%}
