import type { RefusalReason } from '#domain/call-leg';
import { isUnspecified, parseIpAddress } from '#kit/ip/ip-address';
import { codecOfRtpmap, CODECS, type AudioCodec, type ReceivedFormat, type RemoteMedia } from '#media';
import { CRYPTO_SUITES, cryptoOfAnswer, protectionOf, type EncryptionFault, type Protection, type SrtpPolicy } from './crypto.ts';
import type { Negotiated } from './negotiated.ts';
import type { SipWarning } from '../sip-status.ts';
import type { OwnOffer } from './own-offer.ts';
import type { RemoteMediaLine, RemoteSdp } from './remote-sdp.ts';

export type Choice =
  | { readonly kind: 'agreed'; readonly session: Negotiated }
  /** Every line is switched off by port 0: valid within a call, where it is a way to hold, useless at its start. */
  | { readonly kind: 'disabled' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly warning?: SipWarning };

/**
 * Chooses from an offer: the first usable audio line, in it the codec that comes first in `spoken`; between neighbours there that have one sample rate, as
 * the two laws of G.711 have, the offerer's order decides.
 * A line whose address is a host name, or of the other IP version than the signalling (linphone on a dual-stack machine
 * offers IPv6 to an IPv4 server), is taken to be at `signallingAddress`: media latch on to what really comes.
 */
export function chooseFromOffer(offer: RemoteSdp, signallingAddress: string, spoken: readonly AudioCodec[], policy: SrtpPolicy): Choice {
  const lines = offer.media.map((line, lineIndex) => ({ line, lineIndex, protection: protectionOf(line, policy) }));
  const rtp = lines.filter(({ protection }) => protection.kind !== 'other');
  const open = rtp.filter(({ line }) => line.port > 0);
  if (open.length === 0) {
    // Audio off while something else is on (a fax, video alone) is no hold: to take it would leave the call silent.
    const isHold = rtp.length > 0 && offer.media.every(({ port }) => port === 0);
    return isHold ? { kind: 'disabled' } : { kind: 'refused', reason: { by: 'refused', code: 'no-audio' } };
  }
  const usable = open.flatMap(({ protection, ...rest }) => (protection.kind === 'usable' ? [{ ...rest, crypto: protection.crypto }] : []));
  if (usable.length === 0) return notAsEncrypted(open.map(({ protection }) => protection));
  // Some offer the same audio twice, encrypted and not.
  for (const { line, lineIndex, crypto } of usable.toSorted((a, b) => Number(b.crypto !== undefined) - Number(a.crypto !== undefined))) {
    const session = negotiate(line, lineIndex, signallingAddress, preferred(audioFormats(line, spoken), spoken));
    if (session !== undefined) return { kind: 'agreed', session: { ...session, ...(crypto !== undefined && { crypto }) } };
  }
  return noCommonCodec(spoken);
}

/** Reads the peer's answer to an offer of ours: as many lines, ours among them, and what comes may use the numbers of either side. */
export function chooseFromAnswer(
  answer: RemoteSdp,
  offer: OwnOffer,
  signallingAddress: string,
  spoken: readonly AudioCodec[],
  policy: SrtpPolicy,
): Choice {
  if (answer.media.length !== offer.lines.length) return { kind: 'refused', reason: { by: 'refused', code: 'bad-offer' } };
  const line = answer.media[offer.lineIndex];
  if (line === undefined || protectionOf(line, policy).kind === 'other')
    return { kind: 'refused', reason: { by: 'refused', code: 'no-audio' } };
  if (line.port === 0) return { kind: 'disabled' };
  const crypto = cryptoOfAnswer(line.crypto, offer.crypto);
  const mustBe = policy === 'required' || /SAVPF?$/i.test(line.protocol) || line.crypto.length > 0;
  if (crypto === undefined && mustBe)
    return notAsEncrypted([{ kind: 'unusable', why: line.crypto.length > 0 ? 'no-usable-key' : 'needed' }]);
  const session = negotiate(line, offer.lineIndex, signallingAddress, audioFormats(line, spoken));
  if (session === undefined) return noCommonCodec(spoken);
  return {
    kind: 'agreed',
    session: { ...session, receives: [...offer.receives, ...session.receives], ...(crypto !== undefined && { crypto }) },
  };
}

/** RFC 3261 section 20.43: 302, incompatible transport protocol. */
function notAsEncrypted(protections: readonly Protection[]): Choice {
  const why = protections.flatMap((protection) => (protection.kind === 'unusable' ? [protection.why] : []))[0] ?? 'needed';
  return {
    kind: 'refused',
    reason: { by: 'refused', code: 'no-encryption' },
    warning: { code: 302, text: `Incompatible transport protocol: ${ENCRYPTION_NEEDS[why]}` },
  };
}

const ENCRYPTION_NEEDS: Readonly<Record<EncryptionFault, string>> = {
  needed: 'this server takes encrypted audio only, RTP/SAVP with a=crypto',
  off: 'this server takes no encrypted audio, RTP/AVP is needed',
  'no-usable-key': `a=crypto is needed with one key and one of ${CRYPTO_SUITES.join(', ')}, and without session parameters`,
  dtls: 'keys by DTLS are not taken from telephones, RTP/SAVP with a=crypto or RTP/AVP is needed',
};

/** RFC 3261 section 20.43: 305, incompatible media format. */
function noCommonCodec(spoken: readonly AudioCodec[]): Choice {
  const text = `Incompatible media format: ${spoken.join(' or ')} is needed`;
  return { kind: 'refused', reason: { by: 'refused', code: 'no-common-codec' }, warning: { code: 305, text } };
}

/** `audio`: what may be used, the best first. */
function negotiate(
  line: RemoteMediaLine,
  lineIndex: number,
  signallingAddress: string,
  audio: readonly AudioFormat[],
): Negotiated | undefined {
  const [chosen] = audio;
  if (chosen === undefined) return undefined;
  const { clockHz, hasComfortNoise, ptimesMs } = CODECS[chosen.encoding];
  const eventHz = eventClockHz(line, clockHz);
  const beside = formatsBeside(line, eventHz);
  const parameters = line.parameters.get(chosen.payloadType);
  const hasFeedback = /AVPF$/i.test(line.protocol);
  const hasNack = [String(chosen.payloadType), '*'].some((format) => line.feedback.get(format)?.includes('nack'));
  const telephoneEvent = beside.find(({ encoding }) => encoding === 'telephone-event')?.payloadType;
  const comfortNoise = hasComfortNoise ? beside.find(({ encoding }) => encoding === 'CN')?.payloadType : undefined;
  const remote = remoteMedia(line, signallingAddress);
  return {
    lineIndex,
    codec: chosen.encoding,
    payloadType: chosen.payloadType,
    ...(parameters !== undefined && { parameters: Object.fromEntries(parameters) }),
    receives: [...audio, ...beside, ...strayEvents(line, eventHz)],
    ptimeMs: choosePtimeMs(line, ptimesMs),
    ...(telephoneEvent !== undefined && { telephoneEventPayloadType: telephoneEvent }),
    ...(telephoneEvent !== undefined && eventHz !== clockHz && { telephoneEventClockHz: eventHz }),
    ...(comfortNoise === undefined ? {} : { comfortNoisePayloadType: comfortNoise }),
    ...(remote === undefined ? {} : { remote }),
    ...(hasFeedback && { feedback: true, nack: hasNack }),
    ...ownDirection(line),
  };
}

interface AudioFormat {
  readonly payloadType: number;
  readonly encoding: AudioCodec;
}

/** The same, the best for us first. */
function preferred(formats: readonly AudioFormat[], spoken: readonly AudioCodec[]): readonly AudioFormat[] {
  return formats.toSorted((a, b) => rankOf(a.encoding, spoken) - rankOf(b.encoding, spoken));
}

/** How many changes of the sample rate stand before it in `spoken`. */
function rankOf(codec: AudioCodec, spoken: readonly AudioCodec[]): number {
  let rank = 0;
  for (let i = 1; i <= spoken.indexOf(codec); i += 1) {
    if (CODECS[spoken[i]!].sampleRateHz !== CODECS[spoken[i - 1]!].sampleRateHz) rank += 1;
  }
  return rank;
}

/** The codecs of a line that may be used, in its order. */
function audioFormats(line: RemoteMediaLine, spoken: readonly AudioCodec[]): readonly AudioFormat[] {
  return payloadTypesOf(line).flatMap((payloadType) => {
    for (const { name, clockHz, channels } of line.encodings.get(payloadType) ?? []) {
      const encoding = codecOfRtpmap(name, clockHz, channels);
      if (encoding !== undefined && spoken.includes(encoding)) return [{ payloadType, encoding }];
    }
    return [];
  });
}

/**
 * Keys have the clock of the audio (RFC 4733 section 2.1). Phones there are that offer them at 8000 only, beside Opus too, and send none unless they are named: they
 * are agreed on then, so as to be understood.
 */
function eventClockHz(line: RemoteMediaLine, audioHz: number): number {
  const clocksHz = [...line.encodings.values()].flat().flatMap(({ name, clockHz }) => (name === 'telephone-event' ? [clockHz] : []));
  return clocksHz.includes(audioHz) || !clocksHz.includes(8000) ? audioHz : 8000;
}

/** Keys at that clock, and noise at the one that it has. */
function formatsBeside(line: RemoteMediaLine, clockHz: number): readonly ReceivedFormat[] {
  return payloadTypesOf(line).flatMap((payloadType): readonly ReceivedFormat[] => {
    const encodings = line.encodings.get(payloadType) ?? [];
    if (encodings.some((encoding) => encoding.name === 'telephone-event' && encoding.clockHz === clockHz))
      return [eventFormat(payloadType, clockHz)];
    return encodings.some(({ name, clockHz: hz }) => name === 'cn' && hz === 8000) ? [{ payloadType, encoding: 'CN' }] : [];
  });
}

function eventFormat(payloadType: number, clockHz: number): ReceivedFormat {
  return { payloadType, encoding: 'telephone-event', ...(clockHz !== 8000 && { clockHz }) };
}

/**
 * Keys at another clock than that of the audio are not agreed on (RFC 4733 section 2.1), but a phone that offers them for a
 * codec of another clock may send them all the same. Their numbers mean nothing else, so they are understood.
 */
function strayEvents(line: RemoteMediaLine, audioHz: number): readonly ReceivedFormat[] {
  const strays = payloadTypesOf(line).filter((payloadType) => {
    const encodings = line.encodings.get(payloadType) ?? [];
    return encodings.length > 0 && encodings.every(({ name, clockHz }) => name === 'telephone-event' && clockHz !== audioHz);
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

/** What the peer wants to receive, within what the codec can make. */
function choosePtimeMs(line: RemoteMediaLine, ptimesMs: readonly number[]): number {
  const wantedMs = Math.min(line.ptimeMs ?? DEFAULT_PTIME_MS, line.maxptimeMs ?? MAX_PTIME_MS);
  return ptimesMs.findLast((ptimeMs) => ptimeMs <= wantedMs) ?? ptimesMs[0] ?? DEFAULT_PTIME_MS;
}

const DEFAULT_PTIME_MS = 20;
const MAX_PTIME_MS = 60;
