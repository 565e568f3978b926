import { excerpt, type SdpFaults } from './faults.ts';
import type { Section } from './text.ts';

/** What an `m=` line says; RFC 8866 section 5.14. Every text in it is bounded and safe to be written into an answer. */
export interface MediaLine {
  /** Its number in the text. */
  readonly line: number;
  /** In lower case: `audio`, `video`, `image`, `application`. */
  readonly kind: string;
  /** 0..65535; 0 means refused or switched off. */
  readonly port: number;
  /** As written: `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, `udptl`. */
  readonly protocol: string;
  /** As written, payload types for RTP; never empty. */
  readonly formats: readonly string[];
}

/** A line that cannot be read makes the whole description useless: the answer has to repeat it. */
export function readMediaLine(section: Section, faults: SdpFaults): MediaLine {
  const text = section.media ?? '';
  const match = /^([A-Za-z0-9./_-]{1,32})\s+(\d{1,5})(?:\/\d{1,5})?\s+([A-Za-z0-9./_-]{1,32})(?:\s+(\S.*))?$/.exec(text);
  const port = Number(match?.[2] ?? MAX_PORT + 1);
  // Some leave out the formats of a line that is off, against the grammar; an answer has to name one, and any will do (RFC 3264 section 6).
  const formatText = match?.[4] ?? (port === 0 ? ANY_FORMAT : undefined);
  if (match === null || port > MAX_PORT || formatText === undefined) {
    throw faults.fatal(section.line, `'m=${excerpt(text)}' must be a kind, a port, a protocol and formats, such as m=audio 4000 RTP/AVP 0`);
  }
  const formats = formatText.split(/\s+/, MAX_FORMATS + 1);
  if (formats.length > MAX_FORMATS || formats.some((format) => !/^[\x21-\x7e]{1,64}$/.test(format))) {
    throw faults.fatal(section.line, `the formats '${excerpt(formatText)}' must be at most ${MAX_FORMATS} payload types or names`);
  }
  return { line: section.line, kind: (match[1] ?? '').toLowerCase(), port, protocol: match[3] ?? '', formats };
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= MAX_PORT;
}

const MAX_FORMATS = 64;
const MAX_PORT = 65_535;
const ANY_FORMAT = '0';
