"""The report of a publication: one HTML page about customers and segments that opens from disk.

``sections`` has a file for each section of the page; a figure and its query, finding and chart are
in one place there. ``tables`` reads published aggregates, ``charts`` has the shapes of charts,
``page`` writes the HTML.
"""
