export { createMediaPool, type MediaLog, type MediaPool, type MediaPoolDeps, type MediaPoolStats } from './io/media-pool.ts';
export { LegMediaCore, type LegIdentity, type LegOutput } from './leg-media.ts';
export type {
  LegChange,
  LegSpec,
  MediaDirection,
  PcmLegSpec,
  PeerLegChange,
  PeerLegSpec,
  ReceivedFormat,
  RemoteMedia,
} from './leg-spec.ts';
export type { BotAudio, GatewayMedia, MediaPort, OpenLeg, OpenPcmLeg, OpenPeerLeg } from './media-port.ts';
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
