{#- The code of models and of the macros that they call, directly or through others: a list of results
    of code_of. -#}
{%- macro definition_code(nodes, package, known) -%}
    {%- if "macros" not in known -%}
        {%- do known.update({"macros": own_macros(package)}) -%}
    {%- endif -%}
    {%- set codes = [] -%}
    {%- for node in nodes -%} {%- do codes.append(code_of(node, known)) -%} {%- endfor -%}
    {%- set called = [] -%}
    {#- The list grows while it is read: macros that macros call are in it. -#}
    {%- for code in codes -%}
        {%- for name in code.calls if name in known.macros and name not in called -%}
            {%- do called.append(name) -%}
            {%- for macro in known.macros[name] -%}
                {%- do codes.append(code_of(macro, known)) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(codes) }}
{%- endmacro -%}

{#- The macros of this package and of the project that is run, as lists by the name that is called.
    A list of several has the variants for engines. -#}
{%- macro own_macros(package) -%}
    {%- set macros = {} -%}
    {%- for space in [package, project_name] | unique -%}
        {%- for name, generator in context.get(space, {}).items() -%}
            {%- do macros.setdefault(name.split("__") | last, []).append(generator.macro) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(macros) }}
{%- endmacro -%}

{#- Facts on the code of a model's node or of a macro: its text without comments and layout,
    a checksum of that, names that it may call, vars that it names. -#}
{%- macro code_of(item, known) -%}
    {%- if item.unique_id not in known -%}
        {%- set text = bare_code(item.raw_code or item.macro_sql, item.language) -%}
        {%- set calls = modules.re.findall("(\\w+) ?\\(", text) -%}
        {%- do calls.extend(modules.re.findall("dispatch\\( ?[\"'](\\w+)", text)) -%}
        {%- set vars = modules.re.findall("\\bvar\\( ?[\"'](\\w+)", text) -%}
        {%- do known.update(
            {
                item.unique_id: {
                    "name": item.resource_type ~ " " ~ item.name,
                    "text": text,
                    "checksum": local_md5(text),
                    "calls": calls | unique | list,
                    "vars": without_circumstances(vars | unique),
                }
            }
        ) -%}
    {%- endif -%}
    {{ return(known[item.unique_id]) }}
{%- endmacro -%}

{#- Names of vars, or of a Python model's configuration, that are part of a definition: not the
    place of data, the day, or what is done with the data. -#}
{%- macro without_circumstances(names) -%}
    {%- set circumstances = (
        "as_of_date",
        "landing",
        "ip_ranges_path",
        "publish",
        "accept_",
        "refit",
        "start_",
    ) -%}
    {%- set kept = [] -%}
    {%- for name in names if not name.startswith(circumstances) -%}
        {%- do kept.append(name) -%}
    {%- endfor -%}
    {{ return(kept) }}
{%- endmacro -%}

{#- Code without comments and layout; literals and the indentation of Python stay. -#}
{%- macro bare_code(code, language) -%}
    {%- set text = "('(?:[^'\\\\\\n]|\\\\.)*'|\"(?:[^\"\\\\\\n]|\\\\.)*\")" -%}
    {%- if language == "python" -%}
        {%- set code = modules.re.sub(text ~ "|#[^\\n]*", "\\1", code) -%}
        {{ return(modules.re.sub("\\s*\\n", "\\n", code).strip()) }}
    {%- endif -%}
    {%- set layout = "(?:--[^\\n]*|/\\*[\\s\\S]*?\\*/|\\{#[\\s\\S]*?#\\}|\\s)+" -%}
    {{ return(modules.re.sub(text ~ "|" ~ layout, "\\1 ", code).strip()) }}
{%- endmacro -%}
