import type { RefusalReason } from '#domain/call-leg';
import { isUnspecified, parseIpAddress } from './ip-address.ts';
import type { AudioCodec, Direction, RemoteMedia } from './media-port.ts';
import type { Encoding, RemoteMediaLine, RemoteSdp } from './sdp-offer.ts';
import type { SipWarning } from './sip-status.ts';

/** What both sides agreed on: everything that a media leg must know of the session. */
export interface Negotiated {
  /** Which media line carries the audio. */
  readonly lineIndex: number;
  readonly codec: AudioCodec;
  readonly payloadType: number;
  /** 10..60, a multiple of 10. */
  readonly ptimeMs: number;
  readonly telephoneEventPayloadType?: number;
  readonly comfortNoisePayloadType?: number;
  readonly remote?: RemoteMedia;
  /** Ours. */
  readonly direction: Direction;
  /** The peer does not listen: it holds the call. */
  readonly held: boolean;
}

export type Choice =
  | { readonly kind: 'agreed'; readonly session: Negotiated }
  /** The audio line is switched off by port 0: valid within a call, useless at its start. */
  | { readonly kind: 'disabled' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly warning?: SipWarning };

/** Where our own side of a session is. */
export interface LocalEnd {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  /** `o=` session id, up to 19 digits, the same for the whole call. */
  readonly sessionId: string;
  /** `o=` version: one more for each description that differs from the one before. */
  readonly version: number;
}

/**
 * Chooses from an offer: the first usable audio line, in it the first of PCMU and PCMA in the offerer's order.
 * A line whose address is a host name, or of the other IP version than the signalling (linphone on a dual-stack machine
 * offers IPv6 to an IPv4 server), is taken to be at `signallingAddress`: media latch on to what really comes.
 */
export function chooseFromOffer(offer: RemoteSdp, signallingAddress: string): Choice {
  const lines = offer.media.map((line, lineIndex) => ({ line, lineIndex })).filter(({ line }) => isPlainAudio(line));
  const open = lines.filter(({ line }) => line.port > 0);
  if (open.length === 0) {
    return lines.length > 0 ? { kind: 'disabled' } : { kind: 'refused', reason: { by: 'refused', code: 'no-audio' } };
  }
  for (const { line, lineIndex } of open) {
    const session = negotiate(line, lineIndex, signallingAddress);
    if (session !== undefined) return { kind: 'agreed', session };
  }
  return { kind: 'refused', reason: { by: 'refused', code: 'no-common-codec' } };
}

/** The answer to `offer` with the audio of `session`; every other line is refused, in the same order. */
export function writeAnswer(offer: RemoteSdp, session: Negotiated | undefined, local: LocalEnd): string {
  const lines = [...sessionLines(local, offer.timing)];
  for (const [index, line] of offer.media.entries()) {
    if (session !== undefined && index === session.lineIndex) lines.push(...audioLines(line.protocol, session, local));
    else lines.push(`m=${line.kind} 0 ${line.protocol} ${line.formats.join(' ')}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** Our own offer, for an INVITE without one: both laws, DTMF at 101, 20 ms. */
export function writeOffer(local: LocalEnd): string {
  const lines = [
    ...sessionLines(local, '0 0'),
    `m=audio ${local.port} RTP/AVP 0 8 ${OWN_TELEPHONE_EVENT}`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    ...telephoneEventLines(OWN_TELEPHONE_EVENT),
    `a=ptime:${DEFAULT_PTIME_MS}`,
    ...rtcpLines(local),
    'a=sendrecv',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Reads the peer's answer to `writeOffer`, whose only line was audio. */
export function chooseFromAnswer(answer: RemoteSdp, signallingAddress: string): Choice {
  if (answer.media.length !== 1) return { kind: 'refused', reason: { by: 'refused', code: 'bad-offer' } };
  return chooseFromOffer(answer, signallingAddress);
}

function isPlainAudio(line: RemoteMediaLine): boolean {
  // RTP/AVPF differs by its feedback rules only (RFC 4585); SAVP and SAVPF need keys that we do not have.
  return line.kind === 'audio' && /^RTP\/AVPF?$/i.test(line.protocol);
}

function negotiate(line: RemoteMediaLine, lineIndex: number, signallingAddress: string): Negotiated | undefined {
  const payloadTypes = line.formats.filter((format) => /^\d{1,3}$/.test(format)).map(Number);
  const find = (matches: (encoding: Encoding) => boolean): number | undefined =>
    payloadTypes.find((payloadType) => {
      const encoding = line.encodings.get(payloadType);
      return encoding !== undefined && encoding.clockHz === 8000 && encoding.channels === 1 && matches(encoding);
    });
  const payloadType = find((encoding) => encoding.name === 'PCMU' || encoding.name === 'PCMA');
  if (payloadType === undefined) return undefined;
  const telephoneEvent = find((encoding) => encoding.name === 'TELEPHONE-EVENT');
  const comfortNoise = find((encoding) => encoding.name === 'CN');
  const remote = remoteMedia(line, signallingAddress);
  return {
    lineIndex,
    codec: line.encodings.get(payloadType)?.name === 'PCMA' ? 'PCMA' : 'PCMU',
    payloadType,
    ptimeMs: choosePtimeMs(line),
    ...(telephoneEvent === undefined ? {} : { telephoneEventPayloadType: telephoneEvent }),
    ...(comfortNoise === undefined ? {} : { comfortNoisePayloadType: comfortNoise }),
    ...(remote === undefined ? {} : { remote }),
    ...ownDirection(line),
  };
}

/** RFC 3264 section 6.1; the address 0.0.0.0 is the older way to hold, section 8.4. */
function ownDirection(line: RemoteMediaLine): Pick<Negotiated, 'direction' | 'held'> {
  const nowhere = line.address !== undefined && isUnspecified(line.address);
  switch (line.direction) {
    case 'sendonly':
      return { direction: 'recvonly', held: true };
    case 'inactive':
      return { direction: 'inactive', held: true };
    case 'recvonly':
      return nowhere ? { direction: 'inactive', held: true } : { direction: 'sendonly', held: false };
    case 'sendrecv':
      return nowhere ? { direction: 'recvonly', held: true } : { direction: 'sendrecv', held: false };
  }
}

function remoteMedia(line: RemoteMediaLine, signallingAddress: string): RemoteMedia | undefined {
  if (line.address !== undefined && isUnspecified(line.address)) return undefined;
  const sameVersion = line.addressVersion === parseIpAddress(signallingAddress)?.version;
  return {
    address: line.address !== undefined && sameVersion ? line.address : signallingAddress,
    port: line.port,
    ...(line.rtcpPort === undefined ? {} : { rtcpPort: line.rtcpPort }),
    ...(line.rtcpMux ? { rtcpMux: true } : {}),
  };
}

/** What the peer wants to receive, within what we can make; whole tens, because the media wheel turns in them. */
function choosePtimeMs(line: RemoteMediaLine): number {
  const wanted = Math.min(line.ptimeMs ?? DEFAULT_PTIME_MS, line.maxptimeMs ?? MAX_PTIME_MS);
  return Math.min(MAX_PTIME_MS, Math.max(MIN_PTIME_MS, Math.floor(wanted / 10) * 10));
}

function sessionLines(local: LocalEnd, timing: string): readonly string[] {
  const where = `IN IP${local.address.includes(':') ? 6 : 4} ${local.address}`;
  return ['v=0', `o=parley ${local.sessionId} ${local.version} ${where}`, 's=-', `c=${where}`, `t=${timing}`];
}

function audioLines(protocol: string, session: Negotiated, local: LocalEnd): readonly string[] {
  const { payloadType, codec, telephoneEventPayloadType, comfortNoisePayloadType } = session;
  const formats = [payloadType, comfortNoisePayloadType, telephoneEventPayloadType].filter((format) => format !== undefined);
  return [
    `m=audio ${local.port} ${protocol} ${formats.join(' ')}`,
    `a=rtpmap:${payloadType} ${codec}/8000`,
    ...(comfortNoisePayloadType === undefined ? [] : [`a=rtpmap:${comfortNoisePayloadType} CN/8000`]),
    ...(telephoneEventPayloadType === undefined ? [] : telephoneEventLines(telephoneEventPayloadType)),
    `a=ptime:${session.ptimeMs}`,
    ...(session.remote?.rtcpMux === true ? ['a=rtcp-mux'] : rtcpLines(local)),
    `a=${session.direction}`,
  ];
}

function telephoneEventLines(payloadType: number): readonly string[] {
  return [`a=rtpmap:${payloadType} telephone-event/8000`, `a=fmtp:${payloadType} 0-15`];
}

/** Needed only where RTCP is not at the next port; RFC 3605. */
function rtcpLines(local: LocalEnd): readonly string[] {
  return local.rtcpPort === local.port + 1 ? [] : [`a=rtcp:${local.rtcpPort}`];
}

const DEFAULT_PTIME_MS = 20;
const MIN_PTIME_MS = 10;
const MAX_PTIME_MS = 60;
/** The payload type that nearly everybody uses for telephone-event. */
const OWN_TELEPHONE_EVENT = 101;
