{#- An amount that an API writes in the smallest unit of its currency, as a decimal. Most currencies
    have two decimals; the lists are Stripe's, which writes ISK and UGX with two. -#}
{%- macro major_units(amount, currency) -%}
    {%- set whole = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf" -%}
    {%- set thousandths = "bhd jod kwd omr tnd" -%}
    cast(
        {{ safe_cast_text(amount, "decimal(18,2)") }} / case
            when lower({{ currency }}) in ('{{ whole.split() | join("', '") }}')
            then 1
            when lower({{ currency }}) in ('{{ thousandths.split() | join("', '") }}')
            then 1000
            else 100
        end as decimal(18, 2)
    )
{%- endmacro -%}
