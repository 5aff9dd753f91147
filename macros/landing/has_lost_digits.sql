{#- Whether a text is a number of which a spreadsheet or a data frame kept the first digits only:
    4.36E+11, or more than 15 digits before a decimal point. -#}
{%- macro has_lost_digits(text) -%}
    {{
        return(
            matches(
                text,
                "^[^0-9A-Za-z]*[0-9]([.,][0-9]+[eE][+]?|[eE][+])[0-9]+[^0-9A-Za-z]*$|^-?[0-9]{16,}[.]0+$",
            )
        )
    }}
{%- endmacro -%}
