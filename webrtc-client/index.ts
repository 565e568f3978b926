export { Narrator, type NarratorSetup } from './narrator.ts';
export { webrtcOptions, type WebRtcOptions } from './options.ts';
export { createPeerTransportFactory, type PeerTransportDeps } from './peer/io/factory.ts';
