"""Vega, Vega-Lite and Vega-Embed as one script."""

from functools import cache


@cache
def vega_bundle() -> str:
    """The script, safe inside of an element of HTML; it defines ``vegaEmbed``."""
    import vl_convert

    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    # These end a script, or begin a comment in it. In JavaScript they are in texts only.
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
