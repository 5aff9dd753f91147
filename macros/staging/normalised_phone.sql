{#- A telephone number as +<country><number>, null where that has fewer than 7 or more than 15 digits
    or where a national number comes without a country. Shape of E.164. `countries` is the row of
    reference_countries that the number belongs to; none where the table names no country. -#}
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
                -- Within the country, a national number begins with a prefix that is not dialled
                -- abroad.
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
