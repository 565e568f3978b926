import { all, excerpt, one, type SdpFault, type Section } from './text.ts';

export interface OfferedCodec {
  readonly payloadType: number;
  /** In lower case: `opus`, `pcmu`, `telephone-event`. */
  readonly name: string;
  readonly clockHz: number;
  readonly channels: number;
  /** From `a=fmtp`, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From `a=rtcp-fb`, in lower case: `nack`, `transport-cc`. */
  readonly feedback: readonly string[];
}

/** In the offerer's order of preference. Payload types that neither RFC 3551 nor an rtpmap explains are passed over. */
export function readCodecs(section: Section, formats: readonly string[], fault: SdpFault): readonly OfferedCodec[] {
  const maps = readMaps(section, fault);
  const parameters = readParameters(section, fault);
  const feedback = readFeedback(section, fault);
  return formats.flatMap((format) => {
    const payloadType = /^\d{1,3}$/.test(format) ? Number(format) : MAX_PAYLOAD_TYPE + 1;
    const encoding = maps.get(payloadType) ?? STATIC.get(payloadType);
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

/** Whole milliseconds; undefined where it is not given. */
export function readMs(section: Section, name: 'ptime' | 'maxptime', fault: SdpFault): number | undefined {
  const found = one(section, name, fault);
  if (found === undefined) return undefined;
  const value = Number(found.value);
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(found.value) || value <= 0) {
    throw fault(found.line, `a=${name}:${excerpt(found.value)} must be a number of milliseconds, such as 20`);
  }
  return Math.floor(value);
}

type Encoding = Pick<OfferedCodec, 'name' | 'clockHz' | 'channels'>;

function readMaps(section: Section, fault: SdpFault): ReadonlyMap<number, Encoding> {
  const maps = new Map<number, Encoding>();
  for (const { value, line } of all(section, 'rtpmap', MAX_FORMATS, fault)) {
    const match = /^(\d{1,3})\s+([A-Za-z0-9_.+-]{1,40})\/(\d{1,6})(?:\/(\d{1,2}))?$/.exec(value);
    const payloadType = Number(match?.[1] ?? MAX_PAYLOAD_TYPE + 1);
    if (match?.[2] === undefined || payloadType > MAX_PAYLOAD_TYPE) {
      throw fault(line, `a=rtpmap:${excerpt(value)} must be a payload type up to 127, a name and a clock rate, such as 111 opus/48000/2`);
    }
    maps.set(payloadType, { name: match[2].toLowerCase(), clockHz: Number(match[3]), channels: Number(match[4] ?? 1) });
  }
  return maps;
}

function readParameters(section: Section, fault: SdpFault): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const found = new Map<number, ReadonlyMap<string, string>>();
  for (const { value } of all(section, 'fmtp', MAX_FORMATS, fault)) {
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

function readFeedback(section: Section, fault: SdpFault): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { value } of all(section, 'rtcp-fb', MAX_FEEDBACK, fault)) {
    const [, format, kind] = /^(\d{1,3}|\*)\s+(\S.*)$/.exec(value) ?? [];
    if (format === undefined || kind === undefined) continue;
    const kinds = found.get(format) ?? [];
    kinds.push(kind.toLowerCase());
    found.set(format, kinds);
  }
  return found;
}

/** Payload types that need no rtpmap; RFC 3551 section 6. */
const STATIC: ReadonlyMap<number, Encoding> = new Map([
  [0, { name: 'pcmu', clockHz: 8000, channels: 1 }],
  [8, { name: 'pcma', clockHz: 8000, channels: 1 }],
  [13, { name: 'cn', clockHz: 8000, channels: 1 }],
]);
const MAX_PAYLOAD_TYPE = 127;
const MAX_FORMATS = 128;
const MAX_FEEDBACK = 256;
const MAX_PARAMETERS = 32;
