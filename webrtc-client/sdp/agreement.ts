import { AppError } from '#domain/errors';
import type { MediaDirection, PeerLegSpec } from '#media';
import { badOffer, type BrowserOffer, type OfferedAudio, type OfferedMedia } from './offer.ts';
import type { OfferedCodec, OfferedTransport } from '#sdp';

/** What both sides agree on: everything that the leg and the answer must know of the session. */
export interface Agreement {
  /** Which media descriptions are accepted, by their place in the offer. */
  readonly audioIndex: number;
  readonly dataIndex: number | undefined;
  /** Media ids of the answer's BUNDLE group, the tagged one first; empty where none was offered. */
  readonly bundle: readonly string[];
  /** Of the tagged media description: the only one that is used. */
  readonly transport: OfferedTransport;
  readonly remoteLite: boolean;
  readonly localSetup: 'active' | 'passive';
  readonly sctpPort: number | undefined;
  /** Goes to the media as it is. */
  readonly audio: Pick<
    PeerLegSpec,
    'codec' | 'payloadType' | 'ptimeMs' | 'telephoneEvent' | 'comfortNoisePayloadType' | 'opus' | 'nack' | 'direction'
  >;
}

type AudioMedia = Extract<OfferedMedia, { use: 'audio' }>;

/** Throws `AppError`: `NO_AUDIO`, `NO_COMMON_CODEC`, or `BAD_OFFER` where what is needed for security or transport is missing. */
export function agree(offer: BrowserOffer): Agreement {
  const lines = offer.media.flatMap((media, index) => (media.use === 'audio' ? [{ media, index }] : []));
  if (lines.length === 0) {
    throw new AppError(
      'NO_AUDIO',
      'The offer has no usable audio: a media line such as m=audio 9 UDP/TLS/RTP/SAVPF 111 with DTLS and ICE is needed.',
    );
  }
  const chosen = lines.find(({ media }) => chooseCodec(media.audio) !== undefined);
  const codec = chosen === undefined ? undefined : chooseCodec(chosen.media.audio);
  if (chosen === undefined || codec === undefined) {
    throw new AppError(
      'NO_COMMON_CODEC',
      `None of the offered codecs (${names(lines.map(({ media }) => media))}) is spoken here: opus/48000/2, PCMU/8000 and PCMA/8000 are.`,
    );
  }
  const { media, index } = chosen;
  if (!media.audio.rtcpMux) throw badOffer(media.line, 'a=rtcp-mux is missing; RTP and RTCP must share one port');
  const isBundled = media.mid !== undefined && offer.bundle.includes(media.mid);
  const dataIndex = isBundled
    ? offer.media.findIndex(({ use, mid }) => use === 'data' && mid !== undefined && offer.bundle.includes(mid))
    : -1;
  const data = offer.media[dataIndex];
  const accepted = [media.mid, data?.mid];
  const bundle = isBundled ? offer.bundle.filter((mid) => accepted.includes(mid)) : [];
  const tagged = data?.use === 'data' && data.mid === bundle[0] ? data : media;
  return {
    audioIndex: index,
    dataIndex: dataIndex < 0 ? undefined : dataIndex,
    bundle,
    transport: tagged.transport,
    remoteLite: offer.iceLite,
    localSetup: tagged.transport.setup === 'passive' ? 'active' : 'passive',
    sctpPort: data?.use === 'data' ? data.sctpPort : undefined,
    audio: audioOf(media.audio, codec),
  };
}

/** The first that is spoken here, in the offerer's order. */
function chooseCodec(audio: OfferedAudio): OfferedCodec | undefined {
  return audio.codecs.find(
    ({ name, clockHz, channels }) =>
      (name === 'opus' && clockHz === OPUS_HZ && channels === 2) ||
      ((name === 'pcmu' || name === 'pcma') && clockHz === G711_HZ && channels === 1),
  );
}

function audioOf(audio: OfferedAudio, codec: OfferedCodec): Agreement['audio'] {
  const isOpus = codec.name === 'opus';
  const telephoneEvent = chooseTelephoneEvent(audio, codec.clockHz);
  const comfortNoise = isOpus ? undefined : audio.codecs.find(({ name, clockHz }) => name === 'cn' && clockHz === G711_HZ);
  return {
    codec: isOpus ? 'opus' : codec.name === 'pcma' ? 'PCMA' : 'PCMU',
    payloadType: codec.payloadType,
    ptimeMs: choosePtimeMs(audio, isOpus),
    ...(telephoneEvent === undefined
      ? {}
      : { telephoneEvent: { payloadType: telephoneEvent.payloadType, clockHz: telephoneEvent.clockHz } }),
    ...(comfortNoise === undefined ? {} : { comfortNoisePayloadType: comfortNoise.payloadType }),
    ...(isOpus ? { opus: opusWishes(codec) } : {}),
    nack: codec.feedback.includes('nack'),
    direction: MIRRORED[audio.direction],
  };
}

/** Of the codec's clock, as RFC 4733 section 2.6 wants; Firefox offers 8000 beside Opus all the same. */
function chooseTelephoneEvent(audio: OfferedAudio, clockHz: number): OfferedCodec | undefined {
  const events = audio.codecs.filter(
    ({ name, clockHz: offeredHz }) => name === 'telephone-event' && (offeredHz === OPUS_HZ || offeredHz === G711_HZ),
  );
  return events.find((event) => event.clockHz === clockHz) ?? events.find((event) => event.clockHz === G711_HZ);
}

/** RFC 7587 section 6.1. What is out of range counts as not said. */
function opusWishes({ parameters }: OfferedCodec): NonNullable<PeerLegSpec['opus']> {
  const text = parameters.get('maxaveragebitrate') ?? '';
  const bitrate = /^\d{4,6}$/.test(text) ? Number(text) : 0;
  const isInRange = bitrate >= MIN_OPUS_BITRATE && bitrate <= MAX_OPUS_BITRATE;
  return {
    useInbandFec: parameters.get('useinbandfec') === '1',
    useDtx: parameters.get('usedtx') === '1',
    ...(isInRange ? { maxAverageBitrate: bitrate } : {}),
  };
}

/** What the far side wants to receive, within what can be made: tens, and of Opus only the frame sizes that it has. */
function choosePtimeMs({ ptimeMs, maxptimeMs }: OfferedAudio, isOpus: boolean): number {
  const wantedMs = Math.min(ptimeMs ?? DEFAULT_PTIME_MS, maxptimeMs ?? MAX_PTIME_MS);
  const sizesMs = isOpus ? OPUS_PTIMES_MS : G711_PTIMES_MS;
  return sizesMs.findLast((sizeMs) => sizeMs <= wantedMs) ?? sizesMs[0] ?? DEFAULT_PTIME_MS;
}

function names(lines: readonly AudioMedia[]): string {
  const all = lines.flatMap(({ audio }) => audio.codecs.map(({ name, clockHz }) => `${name}/${clockHz}`));
  return all.length === 0 ? 'none that is named' : all.slice(0, 12).join(', ');
}

const MIRRORED: Readonly<Record<MediaDirection, MediaDirection>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};
const OPUS_HZ = 48_000;
const G711_HZ = 8_000;
const MIN_OPUS_BITRATE = 6_000;
const MAX_OPUS_BITRATE = 510_000;
const DEFAULT_PTIME_MS = 20;
const MAX_PTIME_MS = 60;
const OPUS_PTIMES_MS = [10, 20, 40, 60];
const G711_PTIMES_MS = [10, 20, 30, 40, 50, 60];
