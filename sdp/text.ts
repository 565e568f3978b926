import { excerpt, type SdpFaults } from './faults.ts';

/** One line, taken apart at its `=`. */
export interface Line {
  /** The letter before the `=`. */
  readonly type: string;
  readonly value: string;
  /** Counted from 1 in the text that was sent. */
  readonly line: number;
}

/** One `a=` line. */
export interface Attribute {
  /** In lower case: `ice-ufrag`. */
  readonly name: string;
  /** After the colon; '' where there is none. */
  readonly value: string;
  readonly line: number;
}

/** The lines from one `m=` to the next, or those before the first. */
export interface Section {
  /** After `m=`; undefined for the session's own part. */
  readonly media: string | undefined;
  readonly line: number;
  readonly attributes: readonly Attribute[];
  /** All others: `c=`, `t=`, `b=`, ... */
  readonly others: readonly Line[];
}

export interface SdpText {
  readonly session: Section;
  readonly media: readonly Section[];
}

/** How much of a text is read. */
export interface SdpLimits {
  readonly characters: number;
  readonly lines: number;
  readonly lineCharacters: number;
  readonly media: number;
}

interface OpenSection extends Section {
  readonly attributes: Attribute[];
  readonly others: Line[];
}

/** Splits a session description (RFC 8866) into its parts: it begins with `v=0`. */
export function splitDescription(text: string, limits: SdpLimits, faults: SdpFaults): SdpText {
  checkLength(text, limits, faults);
  const start = /[^\r\n]/.exec(text)?.index ?? 0;
  const first = /^[^\r\n]*/.exec(text.slice(start, start + MAX_FIRST))?.[0] ?? '';
  if (first.trimEnd() !== 'v=0') throw faults.fatal(1, `'${excerpt(first)}' is not how a session description begins; 'v=0' is`);
  return splitSdp(text, limits, faults);
}

/** Splits a session description, or a fragment of one (RFC 8840), into its parts. */
export function splitSdp(text: string, limits: SdpLimits, faults: SdpFaults): SdpText {
  checkLength(text, limits, faults);
  const lines = text.split(/\r\n|\n|\r/, limits.lines + 2);
  if (lines.length > limits.lines + 1)
    throw faults.fatal(limits.lines + 1, `the text goes on after ${limits.lines} lines, which is the most`);
  const session: OpenSection = { media: undefined, line: 1, attributes: [], others: [] };
  const media: OpenSection[] = [];
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    if (raw.length > limits.lineCharacters) {
      throw faults.fatal(line, `the line has ${raw.length} characters; at most ${limits.lineCharacters} are read`);
    }
    const content = raw.trimEnd();
    if (content === '') continue;
    if (!/^[a-z]=/.test(content)) {
      faults.detail(line, `'${excerpt(content)}' is no line of a session description; each is a small letter, '=' and a value`);
      continue;
    }
    const value = content.slice(2);
    const section = media.at(-1) ?? session;
    if (content.startsWith('m=')) media.push({ media: value, line, attributes: [], others: [] });
    else if (content.startsWith('a=')) section.attributes.push(attribute(value, line));
    else section.others.push({ type: content.charAt(0), value, line });
    if (media.length > limits.media) throw faults.fatal(line, `there are more than ${limits.media} media lines`);
  }
  return { session, media };
}

/** All of one name, the first `most` of them. */
export function all(section: Section, name: string, most: number, faults: SdpFaults): readonly Attribute[] {
  const found = section.attributes.filter((entry) => entry.name === name);
  const beyond = found[most];
  if (beyond === undefined) return found;
  faults.detail(beyond.line, `a=${name} stands here more than ${most} times in one media description`);
  return found.slice(0, most);
}

/** The one of that name. Repeated with another value it would be guesswork which counts; the last does, where guesses are allowed. */
export function one(section: Section, name: string, faults: SdpFaults): Attribute | undefined {
  const found = section.attributes.filter((entry) => entry.name === name);
  const other = found.find((entry) => entry.value !== found[0]?.value);
  if (other !== undefined) faults.detail(other.line, `a=${name} is given twice with different values; once is right`);
  return found.at(-1);
}

export function has(section: Section, name: string): boolean {
  return section.attributes.some((entry) => entry.name === name);
}

function checkLength(text: string, limits: SdpLimits, faults: SdpFaults): void {
  if (text.length > limits.characters) throw faults.fatal(0, `it is longer than ${limits.characters} characters`);
}

function attribute(text: string, line: number): Attribute {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase();
  return { name, value: colon < 0 ? '' : text.slice(colon + 1).trim(), line };
}

/** Enough of the first line to see whether it is `v=0` and what it is instead. */
const MAX_FIRST = 128;
