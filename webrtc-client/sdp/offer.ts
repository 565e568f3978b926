import { AppError } from '#domain/errors';
import {
  excerpt,
  has,
  hasRtcpMux,
  isLite,
  isPort,
  one,
  readCodecs,
  readDirection,
  readMediaLine,
  readMs,
  readTransport,
  splitDescription,
  strict,
  type Direction,
  type MediaLine,
  type OfferedCodec,
  type OfferedTransport,
  type SdpText,
  type Section,
} from '#sdp';
import { LIMITS } from './limits.ts';

/** A browser's offer (RFC 8866, RFC 9429), reduced to what a bot needs. Every text in it is bounded and safe to be written into an answer. */
export interface BrowserOffer {
  /** The offerer speaks ICE-lite. */
  readonly iceLite: boolean;
  /** Media ids that may share one transport, the one whose transport it is first; RFC 9143. Empty: none. */
  readonly bundle: readonly string[];
  /** In the order of the text, which binds the answer. */
  readonly media: readonly OfferedMedia[];
}

interface MediaHead extends MediaLine {
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
  readonly direction: Direction;
  readonly rtcpMux: boolean;
  readonly ptimeMs: number | undefined;
  readonly maxptimeMs: number | undefined;
}

/** Throws `AppError` with code `BAD_OFFER` whose text names the line, the value and what would be right. */
export function readOffer(text: string): BrowserOffer {
  const sdp = splitDescription(text, LIMITS, FAULTS);
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
  const line = readMediaLine(section, FAULTS);
  return { ...line, mid: readMid(section), disabled: line.port === 0 && !has(section, 'bundle-only') };
}

function readMid(section: Section): string | undefined {
  const mid = one(section, 'mid', FAULTS);
  if (mid === undefined) return undefined;
  if (!TOKEN.test(mid.value))
    throw badOffer(mid.line, `a=mid:${excerpt(mid.value)} must be 1 to 64 letters, digits and marks without spaces`);
  return mid.value;
}

function readAudio(section: Section, session: Section, formats: readonly string[]): OfferedAudio {
  return {
    codecs: readCodecs(section, formats, FAULTS),
    direction: readDirection(section) ?? readDirection(session) ?? 'sendrecv',
    rtcpMux: hasRtcpMux(section),
    ptimeMs: readMs(section, 'ptime', FAULTS),
    maxptimeMs: readMs(section, 'maxptime', FAULTS),
  };
}

/** RFC 8841; before it `a=sctpmap:5000 webrtc-datachannel 1024` with the port as the format. */
function readSctpPort(section: Section, formats: readonly string[]): number | undefined {
  const attribute = one(section, 'sctp-port', FAULTS);
  if (attribute === undefined) {
    const older = Number(formats[0]);
    return has(section, 'sctpmap') && isPort(older) ? older : undefined;
  }
  const port = /^\d{1,5}$/.test(attribute.value) ? Number(attribute.value) : 0;
  if (!isPort(port)) throw badOffer(attribute.line, `a=sctp-port:${excerpt(attribute.value)} must be a port, 5000 mostly`);
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

const FAULTS = strict(badOffer);
/** RFC 8866 section 9: token. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}$/;
