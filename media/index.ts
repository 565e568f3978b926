export { createMediaPool, type MediaPool } from './io/media-pool.ts';
export type { CodecParameters } from './codec/codec.ts';
export { CODECS, type AudioCodec } from './codec/codecs.ts';
export { CODEC_NAMES, codecOfRtpmap, rtpmapOf } from './codec/lookup.ts';
export { LatchedPath } from './legs/latched-path.ts';
export { RtpLeg } from './legs/rtp-leg.ts';
export type { LegChange, LegSpec, MediaDirection, PcmLegSpec, PeerLegSpec, ReceivedFormat, RemoteMedia } from './leg-spec.ts';
export type { BotAudio, MediaPort, OpenLeg, OpenPcmLeg, OpenPeerLeg } from './media-port.ts';
export { mediaOptions } from './options.ts';
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
export { createLineListener } from './io/hear-line.ts';
export { SrtpReceiver, SrtpSender, type SrtpRefusals } from './io/srtp.ts';
export { runMediaWorker, type MediaProbe } from './io/media-worker.ts';
export { SRTP_PROFILES, type MasterKey, type NamedKey, type SrtpKeying, type SrtpProfile } from './srtp/srtp-keys.ts';
export { isRtcp } from './srtp/srtp-packet.ts';
export { measureSpeech, type MeasuredSpurt } from './vad/measure-speech.ts';
export type { MediaWorkerData } from './worker/messages.ts';
