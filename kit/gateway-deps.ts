import type { CallFacts } from '#domain/call';
import type { CallIntake, RefusalReason } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import type { Log } from './log.ts';

/** What every gateway is given, beside media and what is its own; it reads no environment and holds no state of the module. */
export interface GatewayDeps {
  readonly intake: CallIntake;
  readonly clock: Clock;
  /** Unique over restarts: call and leg ids. */
  readonly randomId: () => string;
  readonly log: Log;
  /** A call that the gateway itself refused: its source, origin, token, capacity, shutdown, or what it offered. The intake hears no more of it. */
  readonly onRefused: (facts: CallFacts, reason: RefusalReason) => void;
}
