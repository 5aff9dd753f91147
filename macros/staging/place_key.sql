{#- The name of a city or region folded to a-z and 0-9, like the keys of reference_cities and
    reference_regions: "München" gives munchen, "St. Pölten" stpolten. -#}
{%- macro place_key(name) -%}
    {%- set accented = (
        "àáâãäåçèéêëìíîïðñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĸĺļľŀłńņňŋōŏőŕ"
        ~ "ŗřśŝşšţťŧũūŭůűųŵŷźżžơưǝșțəḍḏḑḥḩḯṅṟṣṭẕẖạảấầẩậắằẽếềễệỉịọỏốồổỗộớờợụủứừửựỳ"
        ~ "ỷỹ"
    ) -%}
    {%- set plain = (
        "aaaaaaceeeeiiiidnoooooouuuuyyaaaccccddeeeeegggghhiiiiijkklllllnnnnooor"
        ~ "rrsssstttuuuuuuwyzzzouestedddhhinrstzhaaaaaaaaeeeeeiioooooooooouuuuuuy"
        ~ "yy"
    ) -%}
    {%- set spelled_out -%}
        replace(replace(replace(replace(lower({{ name }}), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    {%- endset -%}
    {{
        return(
            remove_matches(
                "translate(" ~ spelled_out ~ ", '" ~ accented ~ "', '" ~ plain ~ "')", "[^a-z0-9]"
            )
        )
    }}
{%- endmacro -%}
