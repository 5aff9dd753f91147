{#- The ids that merged_contact_ids names, as SQL for `from`: one row per contact, its `columns` and
    former_contact_id, cleaned and of the contact's shop like contact_id. A listed id may name the shop
    itself, unless the ids that are landed do. -#}
{%- macro former_contact_ids(contacts, columns=[]) -%}
    (
        select distinct {{ (columns + ["contact_id", "former_contact_id"]) | join(", ") }}
        from
            (
                select
                    *,
                    case
                        when
                            substr(cleaned_id, 1, length(shop)) = shop
                            and substr(contact_id, length(shop) + 1, length(shop)) <> shop
                        then cleaned_id
                        else shop || cleaned_id
                    end as former_contact_id
                from
                    (
                        select
                            *,
                            coalesce(source_shop || ':', '') as shop,
                            {{ cleaned_id("listed_id", id_placeholders()) }} as cleaned_id
                        from
                            (
                                select *, {{ list_items("merged_contact_ids") }} as listed_id
                                from {{ contacts }}
                                where merged_contact_ids is not null
                            ) as listed_ids
                    ) as cleaned_ids
            ) as named_ids
        where former_contact_id <> contact_id
    )
{%- endmacro -%}
