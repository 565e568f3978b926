import { AppError } from '#domain/errors';
import {
  CODEC_NAMES,
  codecOfRtpmap,
  CODECS,
  rtpmapOf,
  type AudioCodec,
  type CodecParameters,
  type MediaDirection,
  type PeerLegSpec,
} from '#media';
import type { OfferedCodec, OfferedTransport } from '#sdp';
import { badOffer, type BrowserOffer, type OfferedAudio, type OfferedMedia } from './offer.ts';

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
    | 'codec'
    | 'payloadType'
    | 'parameters'
    | 'ptimeMs'
    | 'telephoneEventPayloadType'
    | 'telephoneEventClockHz'
    | 'comfortNoisePayloadType'
    | 'feedback'
    | 'nack'
    | 'direction'
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
      `None of the offered codecs (${names(lines.map(({ media }) => media))}) is spoken here: ${CODEC_NAMES.map(rtpmapOf).join(', ')} are.`,
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
function chooseCodec(audio: OfferedAudio): { readonly codec: AudioCodec; readonly offered: OfferedCodec } | undefined {
  for (const offered of audio.codecs) {
    const codec = codecOfRtpmap(offered.name, offered.clockHz, offered.channels);
    if (codec !== undefined) return { codec, offered };
  }
  return undefined;
}

function audioOf(audio: OfferedAudio, { codec, offered }: NonNullable<ReturnType<typeof chooseCodec>>): Agreement['audio'] {
  const { clockHz, hasComfortNoise, ptimesMs } = CODECS[codec];
  const telephoneEvent = chooseTelephoneEvent(audio, clockHz);
  const comfortNoise = hasComfortNoise ? audio.codecs.find((beside) => beside.name === 'cn' && beside.clockHz === NARROW_HZ) : undefined;
  return {
    codec,
    payloadType: offered.payloadType,
    ...(offered.parameters.size > 0 && { parameters: Object.fromEntries(offered.parameters) satisfies CodecParameters }),
    ptimeMs: choosePtimeMs(audio, ptimesMs),
    ...(telephoneEvent !== undefined && {
      telephoneEventPayloadType: telephoneEvent.payloadType,
      telephoneEventClockHz: telephoneEvent.clockHz,
    }),
    ...(comfortNoise !== undefined && { comfortNoisePayloadType: comfortNoise.payloadType }),
    // Every profile that is taken has feedback: RTP/SAVPF.
    feedback: true,
    nack: offered.feedback.includes('nack'),
    direction: MIRRORED[audio.direction],
  };
}

/** Of the codec's clock, as RFC 4733 section 2.6 wants; Firefox offers 8000 beside Opus all the same. */
function chooseTelephoneEvent(audio: OfferedAudio, clockHz: number): OfferedCodec | undefined {
  const events = audio.codecs.filter(
    ({ name, clockHz: offeredHz }) => name === 'telephone-event' && (offeredHz === clockHz || offeredHz === NARROW_HZ),
  );
  return events.find((event) => event.clockHz === clockHz) ?? events.find((event) => event.clockHz === NARROW_HZ);
}

/** What the far side wants to receive, within what can be made. */
function choosePtimeMs({ ptimeMs, maxptimeMs }: OfferedAudio, sizesMs: readonly number[]): number {
  const wantedMs = Math.min(ptimeMs ?? DEFAULT_PTIME_MS, maxptimeMs ?? MAX_PTIME_MS);
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
/** What telephone events and comfort noise count in everywhere. */
const NARROW_HZ = 8_000;
const DEFAULT_PTIME_MS = 20;
const MAX_PTIME_MS = 60;
