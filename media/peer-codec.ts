import type { Ms } from '#domain/units';
import { COMFORT_NOISE_PAYLOAD_TYPE } from './codec/catalogue.ts';
import { G711Line } from './codec/g711-line.ts';
import type { G711Law } from './codec/g711.ts';
import type { LineDecoder } from './codec/line-decoder.ts';
import { OpusLine } from './codec/opus-line.ts';
import type { OpusCodecs } from './codec/opus.ts';
import type { InboundFormat } from './inbound.ts';
import type { PeerLegSpec } from './leg-spec.ts';
import type { VoiceFormat } from './leg-voices.ts';
import type { MediaOptions } from './options.ts';
import { OpusSender, opusFrameMs } from './opus-sender.ts';
import { Outbound, type VoiceSender } from './outbound.ts';
import type { OutboundIdentity } from './rtp/outgoing-stream.ts';

/** Everything about a browser leg that depends on its codec. */
export interface PeerCodec {
  readonly line: LineDecoder;
  readonly sender: VoiceSender;
  readonly inbound: InboundFormat;
  readonly voice: VoiceFormat;
  /** Audio in a packet that we send. */
  readonly ptimeMs: Ms;
  setComplexity(complexity: number): void;
  /** Something has come from the far side: the path is open. */
  heard(): void;
  /** What the far side says it loses of ours, 0 to 1. */
  setRemoteLoss(lossRatio: number): void;
  close(): void;
}

export function createPeerCodec(
  spec: PeerLegSpec,
  options: MediaOptions['opus'],
  identity: OutboundIdentity,
  codecs: OpusCodecs,
): PeerCodec {
  return spec.codec === 'opus' ? opusCodec(spec, options, identity, codecs) : g711Codec(spec, spec.codec, identity);
}

function opusCodec(spec: PeerLegSpec, options: MediaOptions['opus'], identity: OutboundIdentity, codecs: OpusCodecs): PeerCodec {
  const encoder = codecs.createEncoder({
    bitrate: Math.min(options.bitrateBps, spec.opus?.maxAverageBitrate ?? Number.POSITIVE_INFINITY),
    complexity: options.complexity,
    inbandFec: spec.opus?.useInbandFec === true,
    packetLossPercent: 0,
  });
  const decoder = codecs.createDecoder();
  const loss = new LossForecast();
  const sender = new OpusSender(identity, encoder, spec.payloadType);
  return {
    line: new OpusLine(decoder),
    sender,
    inbound: { ...agreed(spec), comfortNoisePayloadTypes: [] },
    voice: { echo: { lineRateHz: 16_000, outputRateHz: 24_000, ...PACKETS } },
    ptimeMs: opusFrameMs(spec.ptimeMs),
    setComplexity: (complexity) => encoder.set({ complexity }),
    heard: () => sender.heard(),
    setRemoteLoss: (lossRatio) => {
      const packetLossPercent = loss.reported(lossRatio);
      if (packetLossPercent !== undefined) encoder.set({ packetLossPercent });
    },
    close: () => {
      encoder.close();
      decoder.close();
    },
  };
}

function g711Codec(spec: PeerLegSpec, law: G711Law, identity: OutboundIdentity): PeerCodec {
  return {
    line: new G711Line(new Map([[spec.payloadType, law]])),
    sender: new Outbound(identity, law, spec.payloadType, spec.comfortNoisePayloadType),
    inbound: { ...agreed(spec), comfortNoisePayloadTypes: [spec.comfortNoisePayloadType ?? COMFORT_NOISE_PAYLOAD_TYPE] },
    voice: { echo: { lineRateHz: 8000, outputRateHz: 8000, ...PACKETS } },
    ptimeMs: spec.ptimeMs,
    setComplexity: () => undefined,
    heard: () => undefined,
    setRemoteLoss: () => undefined,
    close: () => undefined,
  };
}

function agreed(spec: PeerLegSpec): Omit<InboundFormat, 'comfortNoisePayloadTypes'> {
  const { payloadType, telephoneEvent } = spec;
  return {
    audioPayloadTypes: [payloadType],
    telephoneEventPayloadTypes: telephoneEvent === undefined ? [] : [telephoneEvent.payloadType],
    ...(telephoneEvent !== undefined && { telephoneEventClockHz: telephoneEvent.clockHz }),
  };
}

/** What the far side is going to lose, by its reports: more at once, less slowly, because losses come in bursts. Whole percent. */
export class LossForecast {
  #expected = 0;
  #told = 0;

  /** The loss to prepare for, where that has changed. */
  reported(lossRatio: number): number | undefined {
    this.#expected = Math.max(lossRatio * 100, this.#expected * FORGET);
    const percent = Math.min(MAX_PERCENT, Math.round(this.#expected));
    if (percent === this.#told) return undefined;
    this.#told = percent;
    return percent;
  }
}

/** For each report, about one a second. */
const FORGET = 0.9;
/** Beyond that an encoder would give half of its bits away. */
const MAX_PERCENT = 30;
const PACKETS = { firstMs: 20, mostMs: 100, slackMs: 60 };
