{#- Whole seconds from the first view of a product in a session to the first add to the cart;
    null if no view came before it. -#}
{%- macro view_to_add_seconds() -%}
    case
        when first_added_at >= first_viewed_at
        then
            {{ whole_quotient(microseconds_between("first_viewed_at", "first_added_at"), 1000000) }}
    end
{%- endmacro -%}
