{#- The ids of rows that fit into a limit one after the other, as an aggregate: a list. A row that is
    above the rest of the limit is passed over. Rows count in the order of the columns `order_by`;
    if the limit is null, all rows fit. -#}
{%- macro fitting_ids(id, amount, limit, order_by) -%}
    {{
        return(
            adapter.dispatch("fitting_ids", "customer_segmentation")(id, amount, limit, order_by)
        )
    }}
{%- endmacro -%}

{%- macro duckdb__fitting_ids(id, amount, limit, order_by) -%}
    {#- The first row has the limit and no id. -#}
    struct_extract_at(
        list_reduce(
            list_prepend(
                row(cast(max({{ limit }}) as decimal(18, 2)), list_value(cast(null as string))),
                list(
                    row(cast({{ amount }} as decimal(18, 2)), list_value({{ id }}))
                    order by {{ order_by | join(", ") }}
                )
            ),
            lambda fitting,
            next: case
                when struct_extract_at(next, 1) > struct_extract_at(fitting, 1)
                then fitting
                else
                    row(
                        cast(
                            struct_extract_at(fitting, 1)
                            - struct_extract_at(next, 1) as decimal(18, 2)
                        ),
                        list_concat(struct_extract_at(fitting, 2), struct_extract_at(next, 2))
                    )
            end
        ),
        2
    )
{%- endmacro -%}

{%- macro spark__fitting_ids(id, amount, limit, order_by) -%}
    aggregate(
        array_sort(
            collect_list(
                struct(
                    {{ order_by | join(", ") }},
                    cast({{ amount }} as decimal(18, 2)) as next_amount,
                    {{ id }} as next_id
                )
            )
        ),
        named_struct(
            'rest', cast(max({{ limit }}) as decimal(18, 2)), 'ids', cast(array() as array<string>)
        ),
        (fitting, next) -> case
            when next.next_amount > fitting.rest
            then fitting
            else
                named_struct(
                    'rest',
                    cast(fitting.rest - next.next_amount as decimal(18, 2)),
                    'ids',
                    concat(fitting.ids, array(next.next_id))
                )
        end
    ).ids
{%- endmacro -%}
