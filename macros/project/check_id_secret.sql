{#- Stops the run before any model if the secret of the environment does not reach the session or is
    easy to guess: the ids would silently be wrong. -#}
{%- macro check_id_secret() -%}
    {%- if execute and flags.WHICH in ("run", "build") and env_var("SEGMENTS_ID_SECRET", "") -%}
        {%- set length = run_query("select length(" ~ id_secret() ~ ") as secret_length")[0][0] -%}
        {%- if length == 0 -%}
            {{
                exceptions.raise_compiler_error(
                    "SEGMENTS_ID_SECRET is set, but the profile does not pass it to the session: "
                    ~ "copy its lines from profiles/profiles.yml"
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
