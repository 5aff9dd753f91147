{#- The checks of all gates in this run. The gates keep the history. -#}
{%- macro checks_of_this_run() -%}
    {% for gate in ["gate_crm", "gate_shop", "gate_web", "gate_service", "gate_publish"] %}
        select *
        from {{ ref(gate) }}
        where run_id = '{{ invocation_id }}' {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro -%}
