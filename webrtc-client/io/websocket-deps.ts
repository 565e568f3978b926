import type { IncomingMessage } from 'node:http';
import type { CallFacts, CallId } from '#domain/call';
import type { CallEvent } from '#domain/call-event';
import type { CallIntake, RefusalReason } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import type { Log } from '#kit/log';
import type { MediaPort } from '#media';

export interface WebSocketGatewayDeps {
  /** Who connects, where proxies stand in front; absent: whoever the connection is from. */
  readonly addressOf?: (request: IncomingMessage) => string;
  readonly media: Pick<MediaPort, 'openPcmLeg'>;
  readonly intake: CallIntake;
  readonly clock: Clock;
  readonly randomId: () => string;
  readonly log: Log;
  readonly personas: () => readonly { readonly name: string; readonly title: string }[];
  /** All events of one call as they are published; returns a function that ends it. */
  readonly observe: (callId: CallId, listener: (event: CallEvent) => void) => () => void;
  /** Calls that the gateway itself refuses; the intake knows of its own. */
  readonly onRefused: (facts: CallFacts, reason: RefusalReason) => void;
  /** The same rules as for WebRTC calls: `webrtc.origins` and `webrtc.token.required`. */
  readonly access: { readonly origins: readonly string[]; readonly tokenRequired: boolean };
  readonly secrets: { readonly callTokenKey: string };
}
