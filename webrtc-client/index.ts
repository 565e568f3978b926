export { callTokenIssuer } from './io/keyed-hash.ts';
export { createWebRtcGateway } from './io/webrtc-gateway.ts';
export { createWebSocketGateway } from './io/websocket-gateway.ts';
export { readOrigin } from './origins.ts';
export { webrtcOptions } from './options.ts';
export { clientConfig, clientMessage, problem, serverMessage, type ClientMessage, type ServerMessage } from './signalling.ts';
export { createPeerTransportFactory } from './peer/io/factory.ts';
