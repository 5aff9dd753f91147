{#- Whether a row of rfm_segment_map is that of the scores. An empty score in the map means any. -#}
{%- macro in_rfm_map(segment_map, scores) -%}
    {%- for score in ["r_score", "f_score", "m_score", "fm_score"] -%}
        {{ "and " if not loop.first }}{{ scores }}.{{ score }}
        = coalesce({{ segment_map }}.{{ score }}, {{ scores }}.{{ score }})
    {% endfor -%}
{%- endmacro -%}
