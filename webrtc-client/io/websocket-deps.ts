import type { IncomingMessage } from 'node:http';
import type { MediaPort } from '#media';
import type { BrowserGatewayDeps } from '../gateway-deps.ts';

export interface WebSocketGatewayDeps extends BrowserGatewayDeps {
  readonly media: Pick<MediaPort, 'openPcmLeg'>;
  /** Who connects, where proxies stand in front; absent: whoever the connection is from. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** The same rules as for WebRTC calls: `webrtc.origins` and `webrtc.token.required`. */
  readonly access: { readonly origins: readonly string[]; readonly tokenRequired: boolean };
  readonly secrets: { readonly callTokenKey: string };
}
