{#- 32 hexadecimal digits that depend on the text alone. With the secret SEGMENTS_ID_SECRET, nobody
    without it can compute them. Without the secret they are the text's md5, which a list of
    guesses finds. The secret is hashed in twice (as in HMAC), so that no digit reveals it. -#}
{%- macro keyed_hash(text) -%}
    {%- set secret = id_secret() -%}
    {%- set inner = sha256(secret ~ " || '|' || " ~ text) -%}
    {{
        return(
            "case when "
            ~ secret
            ~ " = '' then md5("
            ~ text
            ~ ") else substr("
            ~ sha256(secret ~ " || '|' || " ~ inner)
            ~ ", 1, 32) end"
        )
    }}
{%- endmacro -%}
