export { makeCallToken, verifyCallToken, type CallTokenClaims, type TokenVerdict } from './call-token.ts';
export type { Log, WebRtcGatewayDeps } from './gateway-deps.ts';
export { callTokenIssuer } from './io/keyed-hash.ts';
export type { WebSocketGatewayDeps } from './io/websocket-deps.ts';
export { createWebRtcGateway, type WebRtcGateway } from './io/webrtc-gateway.ts';
export { createWebSocketGateway, type WebSocketGateway } from './io/websocket-gateway.ts';
export { Narrator, type NarratorSetup } from './narrator.ts';
export { webrtcOptions, type WebRtcOptions } from './options.ts';
export { createPeerTransportFactory, type PeerTransportDeps } from './peer/io/factory.ts';
