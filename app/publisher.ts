import type { Logger } from 'pino';
import type { CallId } from '#domain/call';
import type { CallEvent, CallEventBody } from '#domain/call-event';
import type { Clock } from '#domain/clock';
import { errorText } from '#domain/errors';
import type { CallStore } from './store/port.ts';
import { logCallEvent } from './telemetry/log.ts';
import { rounded } from './telemetry/rounded.ts';
import type { CallMetrics } from './telemetry/metrics.ts';

type Listener = (event: CallEvent) => void;

/** Gives every call event its time and hands it to those who watch. A watcher that fails never harms the call. */
export class EventPublisher {
  readonly #clock: Clock;
  readonly #log: Logger;
  /** The leg of each running call, for the log. */
  readonly #legs = new Map<CallId, string>();
  readonly #watchers: readonly (readonly [name: string, watch: Listener])[];
  /** Who follows one call, such as the page that calls. */
  readonly #followers = new Map<CallId, Set<Listener>>();

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
    for (const [name, watch] of this.#watchers) this.#tell(name, watch, event);
    // Whoever stops following while it is told does not keep the others from being told.
    for (const follow of [...(this.#followers.get(callId) ?? [])]) this.#tell('follower', follow, event);
    if (body.kind !== 'call-ended') return;
    this.#legs.delete(callId);
    this.#followers.delete(callId);
  }

  /** All events of one call from now on, until it has ended or the function returned is called. May be asked for before the call starts. */
  observe(callId: CallId, listener: Listener): () => void {
    const followers = this.#followers.get(callId) ?? new Set();
    this.#followers.set(callId, followers);
    followers.add(listener);
    return () => {
      followers.delete(listener);
      if (followers.size === 0 && this.#followers.get(callId) === followers) this.#followers.delete(callId);
    };
  }

  #tell(name: string, watch: Listener, event: CallEvent): void {
    try {
      watch(event);
    } catch (error) {
      this.#log.error(
        { watcher: name, callId: event.callId, eventKind: event.kind, error: errorText(error) },
        'a call event could not be handed on',
      );
    }
  }
}
