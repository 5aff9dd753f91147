{#- The ranges of IP addresses and their places, as SQL for `from`: the file of ip_ranges_path, in
    the sample an invented seed, else no rows. -#}
{%- macro ip_ranges() -%}
    {%- set path = modules.customer_segmentation.project_path(var("ip_ranges_path")) -%}
    {%- if path and execute -%} {{ return(read_file(path)) }}
    {%- elif path -%} {{ return("ip_ranges_path") }}
    {%- elif var("landing") == "sample" -%} {{ return(ref("demo_ip_ranges")) }}
    {%- endif -%}
    {{
        return(
            "(select 0 as start_ip, 0 as end_ip, '' as country, '' as region, '' as city where false)"
        )
    }}
{%- endmacro -%}
