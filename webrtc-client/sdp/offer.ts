import { AppError } from '#domain/errors';
import type { MediaDirection } from '#media';
import {
  excerpt,
  has,
  isLite,
  one,
  readCodecs,
  readMs,
  readTransport,
  splitSdp,
  type OfferedCodec,
  type OfferedTransport,
  type SdpText,
  type Section,
} from '#sdp';

/** A browser's offer (RFC 8866, RFC 9429), reduced to what a bot needs. Every text in it is bounded and safe to be written into an answer. */
export interface BrowserOffer {
  /** The offerer speaks ICE-lite. */
  readonly iceLite: boolean;
  /** Media ids that may share one transport, the one whose transport it is first; RFC 9143. Empty: none. */
  readonly bundle: readonly string[];
  /** In the order of the text, which binds the answer. */
  readonly media: readonly OfferedMedia[];
}

interface MediaHead {
  /** Line number of its `m=`. */
  readonly line: number;
  /** In lower case: `audio`, `video`, `application`. */
  readonly kind: string;
  /** `UDP/TLS/RTP/SAVPF`, `UDP/DTLS/SCTP`, ... as written. */
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly mid: string | undefined;
  /** Port 0 without `a=bundle-only`: switched off by the offerer. */
  readonly disabled: boolean;
}

export type OfferedMedia =
  | (MediaHead & { readonly use: 'audio'; readonly audio: OfferedAudio; readonly transport: OfferedTransport })
  | (MediaHead & { readonly use: 'data'; readonly sctpPort: number; readonly transport: OfferedTransport })
  /** Nothing that is understood here: the answer refuses it. */
  | (MediaHead & { readonly use: 'none' });

export interface OfferedAudio {
  readonly codecs: readonly OfferedCodec[];
  readonly direction: MediaDirection;
  readonly rtcpMux: boolean;
  readonly ptimeMs: number | undefined;
  readonly maxptimeMs: number | undefined;
}

/** Throws `AppError` with code `BAD_OFFER` whose text names the line, the value and what would be right. */
export function readOffer(text: string): BrowserOffer {
  if (!/^v=0\s*(?:[\r\n]|$)/.test(text))
    throw badOffer(1, `'${excerpt(text.split(/[\r\n]/, 1)[0] ?? '')}' is not how a session description begins; 'v=0' is`);
  const sdp = splitSdp(text, badOffer);
  if (sdp.media.length === 0) throw badOffer(0, 'there is no m= line; an offer has at least m=audio');
  const media = sdp.media.map((section) => readMedia(section, sdp.session));
  const mids = media.flatMap(({ mid }) => mid ?? []);
  const repeated = media.find(({ mid }, index) => mid !== undefined && media.findIndex((other) => other.mid === mid) !== index);
  if (repeated !== undefined)
    throw badOffer(repeated.line, `a=mid:${excerpt(repeated.mid ?? '')} is used by two media descriptions; each needs its own`);
  return { iceLite: isLite(sdp.session), bundle: readBundle(sdp, mids), media };
}

export function badOffer(line: number, what: string): AppError {
  return new AppError('BAD_OFFER', line > 0 ? `Line ${line}: ${what}.` : `The offer cannot be used: ${what}.`);
}

function readMedia(section: Section, session: Section): OfferedMedia {
  const head = readHead(section);
  if (head.disabled) return { ...head, use: 'none' };
  // SAVP and SAVPF differ by their feedback rules only; the older RTP/SAVPF is meant by some as DTLS-SRTP too, which its fingerprint proves.
  if (head.kind === 'audio' && /^((UDP|TCP)\/(TLS|DTLS)\/)?RTP\/SAVPF?$/i.test(head.protocol)) {
    return {
      ...head,
      use: 'audio',
      audio: readAudio(section, session, head.formats),
      transport: readTransport(section, session, badOffer),
    };
  }
  if (head.kind === 'application' && /^((UDP|TCP)\/DTLS\/SCTP|DTLS\/SCTP)$/i.test(head.protocol)) {
    const sctpPort = readSctpPort(section, head.formats);
    if (sctpPort !== undefined) return { ...head, use: 'data', sctpPort, transport: readTransport(section, session, badOffer) };
  }
  return { ...head, use: 'none' };
}

function readHead(section: Section): MediaHead {
  const text = section.media ?? '';
  const match = /^([A-Za-z0-9._-]{1,32})\s+(\d{1,5})(?:\/\d{1,5})?\s+([A-Za-z0-9./_-]{1,32})\s+(\S.*)$/.exec(text);
  const port = Number(match?.[2] ?? MAX_PORT + 1);
  if (match === null || port > MAX_PORT) {
    throw badOffer(
      section.line,
      `'m=${excerpt(text)}' must be a kind, a port, a protocol and formats, such as m=audio 9 UDP/TLS/RTP/SAVPF 111`,
    );
  }
  const formats = (match[4] ?? '').split(/\s+/);
  if (formats.length > MAX_FORMATS || formats.some((format) => !/^[A-Za-z0-9._*+-]{1,64}$/.test(format))) {
    throw badOffer(section.line, `the formats '${excerpt(match[4] ?? '')}' must be at most ${MAX_FORMATS} payload types or names`);
  }
  const disabled = port === 0 && !has(section, 'bundle-only');
  return { line: section.line, kind: (match[1] ?? '').toLowerCase(), protocol: match[3] ?? '', formats, mid: readMid(section), disabled };
}

function readMid(section: Section): string | undefined {
  const mid = one(section, 'mid', badOffer);
  if (mid === undefined) return undefined;
  if (!TOKEN.test(mid.value))
    throw badOffer(mid.line, `a=mid:${excerpt(mid.value)} must be 1 to 64 letters, digits and marks without spaces`);
  return mid.value;
}

function readAudio(section: Section, session: Section, formats: readonly string[]): OfferedAudio {
  return {
    codecs: readCodecs(section, formats, badOffer),
    direction: readDirection(section) ?? readDirection(session) ?? 'sendrecv',
    rtcpMux: has(section, 'rtcp-mux') || has(section, 'rtcp-mux-only'),
    ptimeMs: readMs(section, 'ptime', badOffer),
    maxptimeMs: readMs(section, 'maxptime', badOffer),
  };
}

/** The last one counts, as nobody says otherwise. */
function readDirection(section: Section): MediaDirection | undefined {
  return section.attributes.findLast(({ name }) => DIRECTIONS.has(name))?.name as MediaDirection | undefined;
}

/** RFC 8841; before it `a=sctpmap:5000 webrtc-datachannel 1024` with the port as the format. */
function readSctpPort(section: Section, formats: readonly string[]): number | undefined {
  const attribute = one(section, 'sctp-port', badOffer);
  if (attribute === undefined) {
    const older = Number(formats[0]);
    return has(section, 'sctpmap') && older > 0 && older <= MAX_PORT ? older : undefined;
  }
  const port = /^\d{1,5}$/.test(attribute.value) ? Number(attribute.value) : MAX_PORT + 1;
  if (port === 0 || port > MAX_PORT) throw badOffer(attribute.line, `a=sctp-port:${excerpt(attribute.value)} must be a port, 5000 mostly`);
  return formats.includes('webrtc-datachannel') ? port : undefined;
}

function readBundle({ session }: SdpText, mids: readonly string[]): readonly string[] {
  const groups = session.attributes.filter(({ name, value }) => name === 'group' && /^BUNDLE(\s|$)/.test(value));
  if (groups.length > 1) throw badOffer(groups[1]?.line ?? 0, 'there are two BUNDLE groups; all media that Parley takes share one');
  const named = (groups[0]?.value ?? '').split(/\s+/).slice(1);
  const unknown = named.find((mid) => !mids.includes(mid));
  if (unknown !== undefined)
    throw badOffer(groups[0]?.line ?? 0, `BUNDLE names '${excerpt(unknown)}', but no media description has that a=mid`);
  return [...new Set(named)];
}

const DIRECTIONS: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies MediaDirection[]);
/** RFC 8866 section 9: token. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}$/;
const MAX_FORMATS = 64;
const MAX_PORT = 65_535;
