import type { Encoding } from './encoding.ts';
import { excerpt, type SdpFaults } from './faults.ts';
import { isPort } from './media-line.ts';
import { STATIC_ENCODINGS } from './static-types.ts';
import { all, has, one, type Section } from './text.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface OfferedCodec extends Encoding {
  readonly payloadType: number;
  /** From `a=fmtp`, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From `a=rtcp-fb`, in lower case: `nack`, `transport-cc`. */
  readonly feedback: readonly string[];
}

/** In the offerer's order of preference. Payload types that neither RFC 3551 nor an rtpmap explains are passed over. */
export function readCodecs(section: Section, formats: readonly string[], faults: SdpFaults): readonly OfferedCodec[] {
  const encodings = readEncodings(section, formats, faults);
  const parameters = readParameters(section, faults);
  const feedback = readFeedback(section, faults);
  return formats.flatMap((format) => {
    const payloadType = /^\d{1,3}$/.test(format) ? Number(format) : MAX_PAYLOAD_TYPE + 1;
    const encoding = encodings.get(payloadType)?.at(-1);
    if (encoding === undefined) return [];
    const forAll = feedback.get('*') ?? [];
    return [
      {
        payloadType,
        ...encoding,
        parameters: parameters.get(payloadType) ?? new Map(),
        feedback: [...(feedback.get(format) ?? []), ...forAll],
      },
    ];
  });
}

/**
 * By payload type, from `a=rtpmap` and, for the formats that have none, from RFC 3551. Several where a peer names one number more than
 * once, as some do for telephone-event at each clock rate: any of them may be meant.
 */
export function readEncodings(section: Section, formats: readonly string[], faults: SdpFaults): ReadonlyMap<number, readonly Encoding[]> {
  const found = new Map<number, Encoding[]>();
  for (const { value, line } of all(section, 'rtpmap', MAX_MAPS, faults)) {
    const match = /^(\d{1,3})\s+([A-Za-z0-9_.+-]{1,40})\/(\d{1,6})(?:\/(\d{1,2}))?$/.exec(value);
    const payloadType = Number(match?.[1] ?? MAX_PAYLOAD_TYPE + 1);
    if (match?.[2] === undefined || payloadType > MAX_PAYLOAD_TYPE) {
      faults.detail(line, `a=rtpmap:${excerpt(value)} must be a payload type up to 127, a name and a clock rate, such as 111 opus/48000/2`);
      continue;
    }
    const known = found.get(payloadType) ?? [];
    known.push({ name: match[2].toLowerCase(), clockHz: Number(match[3]), channels: Number(match[4] ?? 1) });
    found.set(payloadType, known.slice(-MAX_ENCODINGS));
  }
  for (const [payloadType, encoding] of STATIC_ENCODINGS) {
    if (!found.has(payloadType) && formats.includes(String(payloadType))) found.set(payloadType, [encoding]);
  }
  return found;
}

/** Whole milliseconds; undefined where it is not given. */
export function readMs(section: Section, name: 'ptime' | 'maxptime', faults: SdpFaults): number | undefined {
  // Passes over what cannot be read before it looks for one: a lenient reader takes the value that is one.
  const readable = section.attributes.filter((entry) => entry.name !== name || isMs(entry.value, entry.line, name, faults));
  const found = one({ ...section, attributes: readable }, name, faults);
  return found === undefined ? undefined : Math.floor(Number(found.value));
}

/** The last one counts, as nobody says otherwise. */
export function readDirection(section: Section): Direction | undefined {
  return section.attributes.findLast(({ name }) => DIRECTIONS.has(name))?.name as Direction | undefined;
}

/** `a=rtcp`, RFC 3605: needed only where RTCP is not at the next port. */
export function readRtcpPort(section: Section, faults: SdpFaults): number | undefined {
  const found = one(section, 'rtcp', faults);
  if (found === undefined) return undefined;
  const port = Number(/^\d{1,5}(?=\s|$)/.exec(found.value)?.[0] ?? 0);
  if (isPort(port)) return port;
  faults.detail(found.line, `a=rtcp:${excerpt(found.value)} must begin with a port from 1 to 65535`);
  return undefined;
}

/** RFC 5761 and RFC 8858. */
export function hasRtcpMux(section: Section): boolean {
  return has(section, 'rtcp-mux') || has(section, 'rtcp-mux-only');
}

function isMs(value: string, line: number, name: string, faults: SdpFaults): boolean {
  if (/^\d{1,4}(\.\d+)?$/.test(value) && Number(value) > 0) return true;
  faults.detail(line, `a=${name}:${excerpt(value)} must be a number of milliseconds, such as 20`);
  return false;
}

/** `a=fmtp` by payload type, names in lower case. */
export function readParameters(section: Section, faults: SdpFaults): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const found = new Map<number, ReadonlyMap<string, string>>();
  for (const { value } of all(section, 'fmtp', MAX_MAPS, faults)) {
    const [, payloadType, text = ''] = /^(\d{1,3})\s+(.*)$/.exec(value) ?? [];
    if (payloadType !== undefined) found.set(Number(payloadType), parameterMap(text));
  }
  return found;
}

function parameterMap(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(';', MAX_PARAMETERS)) {
    const [name = '', value = ''] = part.split('=', 2);
    if (name.trim() !== '') found.set(name.trim().toLowerCase(), value.trim());
  }
  return found;
}

/** `a=rtcp-fb` by payload type or `*`, in lower case; RFC 4585 section 4.2. */
export function readFeedback(section: Section, faults: SdpFaults): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { value } of all(section, 'rtcp-fb', MAX_FEEDBACK, faults)) {
    const [, format, kind] = /^(\d{1,3}|\*)\s+(\S.*)$/.exec(value) ?? [];
    if (format === undefined || kind === undefined) continue;
    const kinds = found.get(format) ?? [];
    kinds.push(kind.toLowerCase());
    found.set(format, kinds);
  }
  return found;
}

const DIRECTIONS: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies Direction[]);
const MAX_PAYLOAD_TYPE = 127;
const MAX_MAPS = 128;
/** Of one payload type: telephone-event at 8, 16, 32 and 48 kHz. */
const MAX_ENCODINGS = 4;
const MAX_FEEDBACK = 256;
const MAX_PARAMETERS = 32;
