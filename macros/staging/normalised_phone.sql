{#- A telephone number as +<country><number>, in the shape of E.164. Null if there are fewer than 7
    or more than 15 digits, or if a national number comes without a country. `countries` is the
    joined row of reference_countries, none if the table names no country. -#}
{%- macro normalised_phone(column, countries=none) -%}
    {#- "+49 (0) 30": the zero in brackets is for callers from within the country. -#}
    {%- set digits = remove_matches(remove_matches(column, "[(]0[)]"), "[^0-9]") -%}
    {%- set trunk_prefix = "coalesce(" ~ countries ~ ".trunk_prefix, '')" -%}
    {%- set international -%}
        case
            when {{ matches(column, "^ *[+]") }}
            then {{ digits }}
            when {{ digits }} like '00%'
            then substr({{ digits }}, 3)
            {%- if countries %}
                -- The prefix of national numbers is not dialled from abroad.
                when {{ digits }} like {{ trunk_prefix }} || '%'
                then
                    {{ countries }}.calling_code
                    || substr({{ digits }}, length({{ trunk_prefix }}) + 1)
                else {{ countries }}.calling_code || {{ digits }}
            {%- endif %}
        end
    {%- endset -%}
    case when length({{ international }}) between 7 and 15 then '+' || {{ international }} end
{%- endmacro -%}
