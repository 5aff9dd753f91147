{#- Stops the run before any model where the environment has a secret that the session does not have or
    that is easy to guess: ids would silently be others than they are meant to be. -#}
{%- macro check_id_secret() -%}
    {%- if execute and flags.WHICH in ("run", "build") and env_var("SEGMENTS_ID_SECRET", "") -%}
        {%- set length = run_query("select length(" ~ id_secret() ~ ") as secret_length")[0][0] -%}
        {%- if length == 0 -%}
            {{
                exceptions.raise_compiler_error(
                    "SEGMENTS_ID_SECRET is set, but the profile does not hand it to the session: "
                    ~ "take over the lines about it from profiles/profiles.yml"
                )
            }}
        {%- endif -%}
        {%- if length < 32 -%}
            {{
                exceptions.raise_compiler_error(
                    "SEGMENTS_ID_SECRET has fewer than 32 characters; `openssl rand -hex 32` makes a good one"
                )
            }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
