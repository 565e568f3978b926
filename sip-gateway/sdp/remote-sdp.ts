import { parseIpAddress } from '../ip-address.ts';
import type { MediaDirection } from '#media';

/** A remote session description, offer or answer, reduced to what an audio bot needs; RFC 8866. */
export interface RemoteSdp {
  /** `t=` of the first time description, to be repeated in the answer; `0 0` mostly. */
  readonly timing: string;
  /** In the order of the text; their count and order bind the answer; RFC 3264 section 6. */
  readonly media: readonly RemoteMediaLine[];
}

export interface RemoteMediaLine {
  /** `audio`, `video`, `image`, ... */
  readonly kind: string;
  /** 0..65535; 0 means refused or switched off. */
  readonly port: number;
  /** `RTP/AVP`, `RTP/SAVP`, `udptl`, ... */
  readonly protocol: string;
  /** As written, payload types for RTP; never empty. */
  readonly formats: readonly string[];
  /** Where to send to; undefined when none is given or it is a host name. */
  readonly address: string | undefined;
  readonly addressVersion: 4 | 6 | undefined;
  readonly direction: MediaDirection;
  /**
   * By payload type, from `a=rtpmap` and, for 0, 8 and 13, from RFC 3551. Several where a peer names one number more than
   * once, as some do for telephone-event at each clock rate: any of them may be meant.
   */
  readonly encodings: ReadonlyMap<number, readonly Encoding[]>;
  readonly ptimeMs: number | undefined;
  readonly maxptimeMs: number | undefined;
  readonly rtcpPort: number | undefined;
  readonly rtcpMux: boolean;
}

export interface Encoding {
  /** In capitals: `PCMU`, `TELEPHONE-EVENT`. */
  readonly name: string;
  readonly clockHz: number;
  readonly channels: number;
}

export type SdpReading = { readonly kind: 'ok'; readonly sdp: RemoteSdp } | { readonly kind: 'bad'; readonly why: string };

/** Reads any text without throwing. Unknown lines and attributes are passed over; sizes are bounded. */
export function readSdp(text: string): SdpReading {
  if (text.length > MAX_TEXT) return bad(`longer than ${MAX_TEXT} characters`);
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line !== '');
  if (lines.length > MAX_LINES) return bad(`more than ${MAX_LINES} lines`);
  if (lines[0]?.trimEnd() !== 'v=0') return bad('does not begin with v=0');
  const sections = splitSections(lines);
  if (sections.length - 1 > MAX_MEDIA) return bad(`more than ${MAX_MEDIA} media lines`);
  const session = readAttributes(sections[0] ?? []);
  const media: RemoteMediaLine[] = [];
  for (const section of sections.slice(1)) {
    const line = readMedia(section, session);
    if (line === undefined) return bad('a media line could not be read');
    media.push(line);
  }
  return { kind: 'ok', sdp: { timing: session.timing ?? '0 0', media } };
}

/** The session part, then one part for each `m=` line with that line first. */
function splitSections(lines: readonly string[]): readonly (readonly string[])[] {
  const sections: string[][] = [[]];
  for (const line of lines) {
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line.trimEnd());
  }
  return sections;
}

interface Attributes {
  timing?: string;
  /** `null`: a `c=` line was there but names no usable address. */
  address?: string | null;
  addressVersion?: 4 | 6;
  direction?: MediaDirection;
  ptimeMs?: number;
  maxptimeMs?: number;
  rtcpPort?: number;
  rtcpMux: boolean;
  readonly encodings: Map<number, Encoding[]>;
}

function readAttributes(lines: readonly string[]): Attributes {
  const found: Attributes = { rtcpMux: false, encodings: new Map() };
  for (const line of lines) {
    if (line.startsWith('c=')) readConnection(line.slice(2), found);
    else if (line.startsWith('t=') && found.timing === undefined) readTiming(line.slice(2), found);
    else if (line.startsWith('a=')) readAttribute(line.slice(2), found);
  }
  return found;
}

function readConnection(text: string, found: Attributes): void {
  if (found.address !== undefined) return;
  const match = /^IN\s+IP([46])\s+([^\s/]+)/i.exec(text);
  const address = match?.[2] === undefined ? undefined : parseIpAddress(match[2]);
  found.address = address === undefined ? null : (match?.[2] ?? null);
  if (address !== undefined) found.addressVersion = address.version;
}

function readTiming(text: string, found: Attributes): void {
  if (/^\d{1,20} \d{1,20}$/.test(text)) found.timing = text;
}

function readAttribute(text: string, found: Attributes): void {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase();
  const value = colon < 0 ? '' : text.slice(colon + 1).trim();
  switch (name) {
    case 'sendrecv':
    case 'sendonly':
    case 'recvonly':
    case 'inactive':
      found.direction = name;
      break;
    case 'rtpmap':
      readRtpmap(value, found);
      break;
    case 'ptime':
      setNumber(found, 'ptimeMs', value);
      break;
    case 'maxptime':
      setNumber(found, 'maxptimeMs', value);
      break;
    case 'rtcp': {
      const port = Number(/^\d{1,5}(?=\s|$)/.exec(value)?.[0] ?? 0);
      if (port > 0 && port <= MAX_PORT) found.rtcpPort = port;
      break;
    }
    case 'rtcp-mux':
      found.rtcpMux = true;
      break;
    default:
    // Everything else (fmtp, crypto, candidate, fingerprint, mid, ...) has no bearing on a plain RTP answer.
  }
}

function setNumber(found: Attributes, key: 'ptimeMs' | 'maxptimeMs', value: string): void {
  const number = /^\d{1,4}(?=\.\d+$|$)/.exec(value)?.[0];
  if (number !== undefined && Number(number) > 0) found[key] = Number(number);
}

function readRtpmap(value: string, found: Attributes): void {
  const match = /^(\d{1,3})\s+([A-Za-z0-9_.+-]{1,40})\/(\d{1,6})(?:\/(\d{1,2}))?\s*$/.exec(value);
  const payloadType = Number(match?.[1] ?? 128);
  if (match?.[2] === undefined || payloadType > MAX_PAYLOAD_TYPE) return;
  const encoding = { name: match[2].toUpperCase(), clockHz: Number(match[3]), channels: Number(match[4] ?? 1) };
  const known = found.encodings.get(payloadType);
  if (known !== undefined && known.length < MAX_ENCODINGS) known.push(encoding);
  else if (known === undefined && found.encodings.size < MAX_FORMATS) found.encodings.set(payloadType, [encoding]);
}

function readMedia(section: readonly string[], session: Attributes): RemoteMediaLine | undefined {
  const match = /^m=([A-Za-z0-9./_-]{1,32})\s+(\d{1,5})(?:\/\d{1,5})?\s+([A-Za-z0-9./_-]{1,32})(?:\s+(\S.*))?$/.exec(section[0] ?? '');
  if (match === null) return undefined;
  const [, kind = '', portText, protocol = '', formatText = ''] = match;
  const port = Number(portText);
  // Some leave out the formats of a line that is off, against the grammar; an answer has to name one, and any will do (RFC 3264 section 6).
  const formats = (port === 0 && formatText === '' ? ANY_FORMAT : formatText).split(/\s+/).filter((format) => format !== '');
  if (port > MAX_PORT || formats.length === 0 || formats.length > MAX_FORMATS) return undefined;
  if (formats.some((format) => !/^[\x21-\x7e]{1,64}$/.test(format))) return undefined;
  const own = readAttributes(section.slice(1));
  const connection = own.address === undefined ? session : own;
  return {
    kind: kind.toLowerCase(),
    port,
    protocol,
    formats,
    address: connection.address ?? undefined,
    addressVersion: connection.addressVersion,
    direction: own.direction ?? session.direction ?? 'sendrecv',
    encodings: withStatic(formats, own.encodings),
    ptimeMs: own.ptimeMs ?? session.ptimeMs,
    maxptimeMs: own.maxptimeMs ?? session.maxptimeMs,
    rtcpPort: own.rtcpPort,
    rtcpMux: own.rtcpMux,
  };
}

/** Payload types that need no rtpmap; RFC 3551 section 6. An rtpmap that is there counts. */
function withStatic(formats: readonly string[], mapped: Attributes['encodings']): RemoteMediaLine['encodings'] {
  const all = new Map<number, readonly Encoding[]>(mapped);
  for (const [payloadType, encoding] of STATIC) {
    if (!all.has(payloadType) && formats.includes(String(payloadType))) all.set(payloadType, [encoding]);
  }
  return all;
}

function bad(why: string): SdpReading {
  return { kind: 'bad', why };
}

const STATIC: readonly (readonly [number, Encoding])[] = [
  [0, { name: 'PCMU', clockHz: 8000, channels: 1 }],
  [8, { name: 'PCMA', clockHz: 8000, channels: 1 }],
  [13, { name: 'CN', clockHz: 8000, channels: 1 }],
];
/** A WebRTC offer with many candidates is about 8 kB. */
const MAX_TEXT = 32_768;
const MAX_LINES = 1_000;
const MAX_MEDIA = 16;
const MAX_FORMATS = 64;
/** Of one payload type: telephone-event at 8, 16, 32 and 48 kHz. */
const MAX_ENCODINGS = 4;
const ANY_FORMAT = '0';
const MAX_PORT = 65_535;
const MAX_PAYLOAD_TYPE = 127;
