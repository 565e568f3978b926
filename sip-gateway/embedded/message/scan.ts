/** Parameters after `;`, names in lower case; a parameter without value has the value ''. */
export type Params = Readonly<Record<string, string>>;

const PARAM = /[ \t]*;[ \t]*([A-Za-z0-9\-.!%*_+`'~]+)(?:[ \t]*=[ \t]*("(?:[^"\\]|\\[\s\S])*"|[^\s;,"=<>]+))?[ \t]*/y;

/**
 * Reads parameters from `index` on. Stops at the end or at a comma; anything else is an error (`undefined`),
 * as are empty parameters.
 */
export function readParams(text: string, index: number): { readonly params: Params; readonly end: number } | undefined {
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  let end = index;
  for (;;) {
    PARAM.lastIndex = end;
    const match = PARAM.exec(text);
    if (match === null) break;
    const name = (match[1] as string).toLowerCase();
    // The first of a repeated parameter counts: a later one must not override what was checked.
    if (!(name in params)) params[name] = match[2] ?? '';
    end = PARAM.lastIndex;
  }
  while (end < text.length && isBlank(text.charCodeAt(end))) end += 1;
  if (end < text.length && text[end] !== ',') return undefined;
  return { params, end };
}

export function writeParams(params: Params): string {
  let text = '';
  for (const name of Object.keys(params)) {
    const value = params[name];
    text += value === '' || value === undefined ? `;${name}` : `;${name}=${value}`;
  }
  return text;
}

/** Splits at commas outside quoted strings and angle brackets. An unterminated quote gives `undefined`. */
export function splitCommas(text: string): readonly string[] | undefined {
  if (!text.includes(',')) return [text];
  const parts: string[] = [];
  let start = 0;
  let inQuotes = false;
  let inAngles = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inQuotes) {
      if (char === '\\') i += 1;
      else if (char === '"') inQuotes = false;
    } else if (char === '"' && !inAngles) inQuotes = true;
    else if (char === '<') inAngles = true;
    else if (char === '>') inAngles = false;
    else if (char === ',' && !inAngles) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  if (inQuotes) return undefined;
  parts.push(text.slice(start).trim());
  return parts;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
