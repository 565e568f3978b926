import type { Logger } from 'pino';
import type { CallId } from '#domain/call';
import type { CallEvent, CallEventBody } from '#domain/call-event';
import type { Clock } from '#domain/clock';
import { errorText } from '#domain/errors';
import type { CallStore } from './store/port.ts';
import { logCallEvent } from './telemetry/log.ts';
import { rounded } from './telemetry/rounded.ts';
import type { CallMetrics } from './telemetry/metrics.ts';

/** Gives every call event its time and hands it to those who watch. A watcher that fails never harms the call. */
export class EventPublisher {
  readonly #clock: Clock;
  readonly #log: Logger;
  /** The leg of each running call, for the log. */
  readonly #legs = new Map<CallId, string>();
  readonly #watchers: readonly (readonly [name: string, watch: (event: CallEvent) => void])[];

  constructor(parts: { clock: Clock; log: Logger; store: CallStore; metrics: CallMetrics }) {
    const { clock, log, store, metrics } = parts;
    this.#clock = clock;
    this.#log = log;
    this.#watchers = [
      ['store', (event) => store.append(event, clock.wallMs())],
      ['metrics', (event) => metrics.observe(event)],
      ['log', (event) => logCallEvent(log, event, this.#legs.get(event.callId))],
    ];
  }

  publish(callId: CallId, body: CallEventBody): void {
    const event = { callId, atMs: this.#clock.nowMs(), ...rounded(body) } as CallEvent;
    if (event.kind === 'call-started') this.#legs.set(callId, event.facts.legId);
    for (const [name, watch] of this.#watchers) {
      try {
        watch(event);
      } catch (error) {
        this.#log.error({ watcher: name, callId, eventKind: body.kind, error: errorText(error) }, 'a call event could not be recorded');
      }
    }
    if (body.kind === 'call-ended') this.#legs.delete(callId);
  }
}
