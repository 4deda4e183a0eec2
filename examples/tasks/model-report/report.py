"""A scatter plot as SVG and a page as HTML, without a plotting library."""

from xml.sax.saxutils import escape

SIZE, EDGE = 360, 40


def draw_scatter(across, up, across_name, up_name):
    """Points, and the line on which both are equal."""
    low, high = float(min(across.min(), up.min())), float(max(across.max(), up.max()))
    scale = SIZE / ((high - low) or 1)
    points = "".join(
        '<circle cx="%.1f" cy="%.1f" r="2.5" fill="#4C6EF5" fill-opacity="0.5"/>' % (EDGE + (x - low) * scale, EDGE + SIZE - (y - low) * scale)
        for x, y in zip(across, up)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">' % (SIZE + 2 * EDGE, SIZE + 2 * EDGE)
        + '<path d="M%d %d l%d %d" stroke="#868E96"/>' % (EDGE, EDGE + SIZE, SIZE, -SIZE)
        + points
        + '<text x="%d" y="%d" text-anchor="end">%s</text>' % (EDGE + SIZE, EDGE + SIZE + 24, escape(across_name))
        + '<text x="%d" y="%d">%s</text></svg>' % (EDGE, EDGE - 12, escape(up_name))
    )


def write_page(title, table, errors):
    """A page of its own: what it needs is in it, since it is shown in a frame without a network."""
    quantiles = errors.abs().quantile([0.5, 0.9, 1.0])
    return """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>%s</title>
<style>body { font: 15px sans-serif; margin: 2rem } table { border-collapse: collapse } td, th { padding: .3rem .8rem; border-bottom: 1px solid #DEE2E6 }</style>
<h1>%s</h1>
<p>Half of the rows are off by less than %.0f, nine of ten by less than %.0f, the worst by %.0f.</p>
%s
</html>
""" % (escape(title), escape(title), quantiles[0.5], quantiles[0.9], quantiles[1.0], table.to_html(index=False, border=0))
