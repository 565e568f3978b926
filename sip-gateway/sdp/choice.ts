import type { RefusalReason } from '#domain/call-leg';
import type { Encoding } from '#sdp';
import { isUnspecified, parseIpAddress } from '#kit/ip/ip-address';
import type { ReceivedFormat, RemoteMedia } from '#media';
import type { Negotiated } from './negotiated.ts';
import type { OwnOffer } from './own-offer.ts';
import type { RemoteMediaLine, RemoteSdp } from './remote-sdp.ts';
import type { SipWarning } from '../sip-status.ts';

export type Choice =
  | { readonly kind: 'agreed'; readonly session: Negotiated }
  /** Every line is switched off by port 0: valid within a call, where it is a way to hold, useless at its start. */
  | { readonly kind: 'disabled' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly warning?: SipWarning };

/**
 * Chooses from an offer: the first usable audio line, in it the first of PCMU and PCMA in the offerer's order.
 * A line whose address is a host name, or of the other IP version than the signalling (linphone on a dual-stack machine
 * offers IPv6 to an IPv4 server), is taken to be at `signallingAddress`: media latch on to what really comes.
 */
export function chooseFromOffer(offer: RemoteSdp, signallingAddress: string): Choice {
  const lines = offer.media.map((line, lineIndex) => ({ line, lineIndex })).filter(({ line }) => isPlainAudio(line));
  const open = lines.filter(({ line }) => line.port > 0);
  if (open.length === 0) {
    // Audio off while something else is on (a fax, video alone) is no hold: to take it would leave the call silent.
    const isHold = lines.length > 0 && offer.media.every(({ port }) => port === 0);
    return isHold ? { kind: 'disabled' } : { kind: 'refused', reason: { by: 'refused', code: 'no-audio' } };
  }
  for (const { line, lineIndex } of open) {
    const session = negotiate(line, lineIndex, signallingAddress);
    if (session !== undefined) return { kind: 'agreed', session };
  }
  return { kind: 'refused', reason: { by: 'refused', code: 'no-common-codec' } };
}

/** Reads the peer's answer to an offer of ours: as many lines, ours among them, and what comes may use the numbers of either side. */
export function chooseFromAnswer(answer: RemoteSdp, offer: OwnOffer, signallingAddress: string): Choice {
  if (answer.media.length !== offer.lines.length) return { kind: 'refused', reason: { by: 'refused', code: 'bad-offer' } };
  const line = answer.media[offer.lineIndex];
  if (line === undefined || !isPlainAudio(line)) return { kind: 'refused', reason: { by: 'refused', code: 'no-audio' } };
  if (line.port === 0) return { kind: 'disabled' };
  const session = negotiate(line, offer.lineIndex, signallingAddress);
  if (session === undefined) return { kind: 'refused', reason: { by: 'refused', code: 'no-common-codec' } };
  return { kind: 'agreed', session: { ...session, receives: [...offer.receives, ...session.receives] } };
}

function isPlainAudio(line: RemoteMediaLine): boolean {
  // RTP/AVPF differs by its feedback rules only (RFC 4585); SAVP and SAVPF need keys that we do not have.
  return line.kind === 'audio' && /^RTP\/AVPF?$/i.test(line.protocol);
}

function negotiate(line: RemoteMediaLine, lineIndex: number, signallingAddress: string): Negotiated | undefined {
  const formats = usableFormats(line);
  const find = (...wanted: readonly ReceivedFormat['encoding'][]) => formats.find(({ encoding }) => wanted.includes(encoding));
  const audio = find('PCMU', 'PCMA');
  if (audio === undefined) return undefined;
  const telephoneEvent = find('telephone-event')?.payloadType;
  const comfortNoise = find('CN')?.payloadType;
  const remote = remoteMedia(line, signallingAddress);
  return {
    lineIndex,
    codec: audio.encoding === 'PCMA' ? 'PCMA' : 'PCMU',
    payloadType: audio.payloadType,
    receives: [...formats, ...strayEvents(line)],
    ptimeMs: choosePtimeMs(line),
    ...(telephoneEvent === undefined ? {} : { telephoneEventPayloadType: telephoneEvent }),
    ...(comfortNoise === undefined ? {} : { comfortNoisePayloadType: comfortNoise }),
    ...(remote === undefined ? {} : { remote }),
    ...ownDirection(line),
  };
}

/** What of a line we can send and receive, in its order. */
function usableFormats(line: RemoteMediaLine): readonly ReceivedFormat[] {
  return payloadTypesOf(line).flatMap((payloadType) => {
    const usable = (line.encodings.get(payloadType) ?? []).flatMap((encoding) => spokenAs(encoding) ?? [])[0];
    return usable === undefined ? [] : [{ payloadType, encoding: usable }];
  });
}

function spokenAs({ name, clockHz, channels }: Encoding): ReceivedFormat['encoding'] | undefined {
  return clockHz === 8000 && channels === 1 ? USABLE.get(name) : undefined;
}

/**
 * Keys at another clock than that of the audio are not agreed on (RFC 4733 section 2.1), but a phone that offers them for a
 * wideband codec may send them beside G.711 too. Their numbers mean nothing else, so they are understood.
 */
function strayEvents(line: RemoteMediaLine): readonly ReceivedFormat[] {
  const strays = payloadTypesOf(line).filter((payloadType) => {
    const encodings = line.encodings.get(payloadType) ?? [];
    return encodings.length > 0 && encodings.every(({ name, clockHz }) => name === 'telephone-event' && clockHz !== 8000);
  });
  return strays.map((payloadType) => ({ payloadType, encoding: 'telephone-event' }));
}

function payloadTypesOf(line: RemoteMediaLine): readonly number[] {
  return line.formats.filter((format) => /^\d{1,3}$/.test(format)).map(Number);
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

/** All at 8 kHz, one channel. */
const USABLE: ReadonlyMap<string, ReceivedFormat['encoding']> = new Map([
  ['pcmu', 'PCMU'],
  ['pcma', 'PCMA'],
  ['telephone-event', 'telephone-event'],
  ['cn', 'CN'],
]);
const DEFAULT_PTIME_MS = 20;
const MIN_PTIME_MS = 10;
const MAX_PTIME_MS = 60;
