{#- Breaches of the spelling of an id, as a map from SQL conditions to reasons: a placeholder in a
    required column, a number that has lost digits. `text` is the landed text,
    `column` of the contract and `landed_as` of the landing. -#}
{%- macro id_errors(column, landed_as, text) -%}
    {%- set errors = {} -%}
    {%- set unreadable = text ~ " is not null and " ~ column.name ~ " is null" -%}
    {%- if column.is_id -%}
        {%- do errors.update(
            {
                unreadable
                ~ " and "
                ~ has_lost_digits(text): column.name
                ~ " is a number that has lost digits"
            }
        ) -%}
        {#- A number of 32 bits is exact up to 2^24. -#}
        {%- if landed_as.data_type | lower in ("float", "real") -%}
            {%- do errors.update(
                {
                    "abs("
                    ~ column.name
                    ~ "__float) >= 16777216": column.name
                    ~ " is a number that has lost digits"
                }
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if column.required -%}
        {%- do errors.update({unreadable: column.name ~ " is a placeholder"}) -%}
    {%- endif -%}
    {{ return(errors) }}
{%- endmacro -%}
