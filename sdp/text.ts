import type { AppError } from '#domain/errors';

/** One `a=` line. */
export interface Attribute {
  /** In lower case: `ice-ufrag`. */
  readonly name: string;
  /** After the colon; '' where there is none. */
  readonly value: string;
  /** Counted from 1 in the text that was sent. */
  readonly line: number;
}

/** The lines from one `m=` to the next, or those before the first. */
export interface Section {
  /** After `m=`; undefined for the session's own part. */
  readonly media: string | undefined;
  readonly line: number;
  readonly attributes: readonly Attribute[];
}

export interface SdpText {
  readonly session: Section;
  readonly media: readonly Section[];
}

interface OpenSection extends Section {
  readonly attributes: Attribute[];
}

/** What a reader of session descriptions refuses with; `line` 0: no one line is to blame. */
export type SdpFault = (line: number, what: string) => AppError;

/** Splits a session description, or a fragment of one (RFC 8840), into its parts. Throws what `fault` makes where it exceeds a bound. */
export function splitSdp(text: string, fault: SdpFault): SdpText {
  const lines = text.split(/\r\n|\n|\r/, MAX_LINES + 2);
  if (lines.length > MAX_LINES + 1) throw fault(MAX_LINES + 1, `the text goes on after ${MAX_LINES} lines, which is the most`);
  const session: OpenSection = { media: undefined, line: 1, attributes: [] };
  const media: OpenSection[] = [];
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    if (raw.length > MAX_LINE) throw fault(line, `the line has ${raw.length} characters; at most ${MAX_LINE} are read`);
    const content = raw.trimEnd();
    if (content === '') continue;
    if (!/^[a-z]=/.test(content))
      throw fault(line, `'${excerpt(content)}' is no line of a session description; each is a small letter, '=' and a value`);
    if (content.startsWith('m=')) media.push({ media: content.slice(2), line, attributes: [] });
    else if (content.startsWith('a=')) (media.at(-1) ?? session).attributes.push(attribute(content.slice(2), line));
    if (media.length > MAX_MEDIA) throw fault(line, `there are more than ${MAX_MEDIA} media lines`);
  }
  return { session, media };
}

/** All of one name, at most `most`. */
export function all(section: Section, name: string, most: number, fault: SdpFault): readonly Attribute[] {
  const found = section.attributes.filter((entry) => entry.name === name);
  const beyond = found[most];
  if (beyond !== undefined) throw fault(beyond.line, `a=${name} stands here more than ${most} times in one media description`);
  return found;
}

/** The one of that name. Repeated with another value it would be guesswork which counts. */
export function one(section: Section, name: string, fault: SdpFault): Attribute | undefined {
  const [first, ...rest] = section.attributes.filter((entry) => entry.name === name);
  const other = rest.find((entry) => entry.value !== first?.value);
  if (other !== undefined) throw fault(other.line, `a=${name} is given twice with different values; once is right`);
  return first;
}

export function has(section: Section, name: string): boolean {
  return section.attributes.some((entry) => entry.name === name);
}

/** Enough of a value to be recognised in an error, without what could disturb a terminal. */
export function excerpt(text: string): string {
  const short = text
    .slice(0, 60)
    .toWellFormed()
    .replace(/[^\x20-\x7e]/g, '?');
  return text.length > 60 ? `${short}...` : short;
}

function attribute(text: string, line: number): Attribute {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase();
  return { name, value: colon < 0 ? '' : text.slice(colon + 1).trim(), line };
}

/** Chromium's offer of audio, video and data has about 250 lines. */
const MAX_LINES = 2_000;
/** The longest lines of browsers are below 500 characters. */
const MAX_LINE = 2_048;
const MAX_MEDIA = 32;
