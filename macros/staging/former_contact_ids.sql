{#- The ids that merged_contact_ids names, as SQL for `from`: one row per contact, its `columns` and
    former_contact_id, cleaned and of the contact's shop like contact_id. -#}
{%- macro former_contact_ids(contacts, columns=[]) -%}
    (
        select distinct {{ (columns + ["contact_id", "former_contact_id"]) | join(", ") }}
        from
            (
                select
                    *,
                    coalesce(source_shop || ':', '')
                    || {{ cleaned_id("listed_id", id_placeholders()) }} as former_contact_id
                from
                    (
                        select *, {{ list_items("merged_contact_ids") }} as listed_id
                        from {{ contacts }}
                        where merged_contact_ids is not null
                    ) as listed_ids
            ) as named_ids
        where former_contact_id <> contact_id
    )
{%- endmacro -%}
