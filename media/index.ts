export { createMediaPool, type MediaLog, type MediaPool, type MediaPoolDeps, type MediaPoolStats } from './io/media-pool.ts';
export type { Codec, CodecParameters } from './codec/codec.ts';
export { CODECS, type AudioCodec } from './codec/codecs.ts';
export { CODEC_NAMES, codecOfRtpmap, rtpmapOf } from './codec/lookup.ts';
export { LatchedPath, type SocketOutput } from './legs/latched-path.ts';
export { RtpLeg, type LegIdentity } from './legs/rtp-leg.ts';
export type {
  AgreedAudio,
  LegChange,
  LegSpec,
  MediaDirection,
  PcmLegSpec,
  PeerLegChange,
  PeerLegSpec,
  ReceivedFormat,
  RemoteMedia,
} from './leg-spec.ts';
export type { BotAudio, MediaPort, OpenLeg, OpenPcmLeg, OpenPeerLeg } from './media-port.ts';
export { mediaOptions, type MediaOptions } from './options.ts';
export type {
  IceParameters,
  PeerAnswer,
  PeerCommand,
  PeerEvent,
  PeerListener,
  PeerNetwork,
  PeerSetup,
  PeerTransport,
  PeerTransportFactory,
} from './peer-transport.ts';
export { runMediaWorker, type MediaProbe, type MediaWorkerDeps } from './io/media-worker.ts';
export { measureSpeech, type MeasuredSpurt } from './vad/measure-speech.ts';
export type { MediaWorkerData, ModelPaths } from './worker/messages.ts';
