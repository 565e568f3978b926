import type { CallFacts } from '#domain/call';
import type { CallIntake, RefusalReason } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import type { Log } from '#kit/log';
import type { MediaPort } from '#media';

/** What the gateway is given; it reads no environment and holds no state of the module. */
export interface SipGatewayDeps {
  readonly media: Pick<MediaPort, 'openLeg'>;
  readonly intake: CallIntake;
  readonly clock: Clock;
  /** Unique over restarts: call and leg ids. */
  readonly randomId: () => string;
  readonly limits: { readonly calls: number };
  /** Where the drachtio control protocol is spoken. */
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
  readonly log: Log;
  /** A call that the gateway itself refused: its source, capacity, shutdown, or what it offered. The intake hears no more of it. */
  readonly onRefused?: (facts: CallFacts, reason: RefusalReason) => void;
}
