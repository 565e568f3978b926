export interface StandaloneOptions {
  /** Values of the page's custom properties, by name with dashes; as CSS colours. */
  readonly colours: Readonly<Record<string, string>>;
  readonly background: string;
  readonly ink: string;
  /** Drawn above the picture. */
  readonly heading: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A picture taken out of the page: colours made plain, a ground to stand on, a heading of what it shows. */
export function standaloneSvg(markup: string, options: StandaloneOptions): string {
  const { colours, background, ink, heading, widthPx, heightPx } = options;
  const picture = markup
    .replaceAll(/var\((--[a-z-]+)\)/g, (whole, name: string) => colours[name] ?? whole)
    .replaceAll('currentColor', ink)
    .replace(/^<\?xml[^>]*\?>\s*/, '');
  const [width, height] = [widthPx + 2 * MARGIN_PX, heightPx + 2 * MARGIN_PX + HEADING_PX];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`,
    `<title>${escapeXml(heading)}</title>`,
    `<rect width="100%" height="100%" fill="${escapeXml(background)}"/>`,
    `<text x="${MARGIN_PX}" y="${MARGIN_PX + 13}" font-size="13" fill="${escapeXml(ink)}">${escapeXml(heading)}</text>`,
    `<g transform="translate(${MARGIN_PX} ${MARGIN_PX + HEADING_PX})" color="${escapeXml(ink)}">`,
    picture,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const MARGIN_PX = 16;
const HEADING_PX = 26;
