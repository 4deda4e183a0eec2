"""A helper module: bars as SVG, without a plotting library."""

from xml.sax.saxutils import escape

ROW, LEFT, WIDTH = 22, 190, 360


def draw_bars(shares):
    """Horizontal bars of a Series of shares, largest first."""
    height = ROW * len(shares) + 30
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">' % (LEFT + WIDTH + 60, height)]
    parts.append('<text x="4" y="16" font-weight="bold">Share of the gain of all splits</text>')
    for row, (name, share) in enumerate(shares.items()):
        y = 30 + row * ROW
        parts.append('<text x="%d" y="%d" text-anchor="end">%s</text>' % (LEFT - 6, y + 12, escape(str(name))))
        parts.append('<rect x="%d" y="%d" width="%.1f" height="14" fill="#4C6EF5"/>' % (LEFT, y, WIDTH * share / shares.max()))
        parts.append('<text x="%.1f" y="%d">%.0f %%</text>' % (LEFT + WIDTH * share / shares.max() + 5, y + 12, 100 * share))
    return "\n".join(parts + ["</svg>"])
