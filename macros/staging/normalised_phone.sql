{#- A telephone number as +<country><number>, null where it has fewer than 7 or more than 15 digits
    or where a national number comes without a country. Shape of E.164. `countries` is the row of
    reference_countries that the number belongs to. -#}
{%- macro normalised_phone(column, countries) -%}
    {#- "+49 (0) 30": the zero in brackets is for callers from within the country. -#}
    {%- set digits = remove_matches(remove_matches(column, "[(]0[)]"), "[^0-9]") -%}
    {%- set trunk_prefix = "coalesce(" ~ countries ~ ".trunk_prefix, '')" -%}
    case
        when length({{ digits }}) not between 7 and 15
        then null
        when {{ matches(column, "^ *[+]") }}
        then '+' || {{ digits }}
        when {{ digits }} like '00%'
        then '+' || substr({{ digits }}, 3)
        -- Within the country, a national number begins with a prefix that is not dialled abroad.
        when {{ digits }} like {{ trunk_prefix }} || '%'
        then
            '+'
            || {{ countries }}.calling_code
            || substr({{ digits }}, length({{ trunk_prefix }}) + 1)
        else '+' || {{ countries }}.calling_code || {{ digits }}
    end
{%- endmacro -%}
