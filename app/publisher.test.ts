import { expect, it, vi } from 'vitest';
import pino from 'pino';
import type { CallEvent } from '#domain/call-event';
import { ms } from '#domain/units';
import { EventPublisher } from './publisher.ts';
import { SqliteCallStore } from './store/sqlite.ts';
import { CallMetrics } from './telemetry/metrics.ts';
import { FACTS } from './testing/events.ts';

function publisher() {
  const errors: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  let nowMs = 0;
  const clock = { nowMs: () => ms((nowMs += 10)), wallMs: () => nowMs };
  return { events: new EventPublisher({ clock, log, store: new SqliteCallStore(':memory:'), metrics: new CallMetrics() }), errors };
}

it('a page is told of its own call, from before it starts until it has ended', () => {
  const { events } = publisher();
  const seen: CallEvent[] = [];
  const others = vi.fn<(event: CallEvent) => void>();
  events.observe('call-1', (event) => seen.push(event));
  events.observe('call-2', others);
  events.publish('call-1', { kind: 'call-started', facts: FACTS, persona: 'bot' });
  events.publish('call-1', { kind: 'caller-partial', text: 'hel' });
  events.publish('call-1', { kind: 'call-ended', reason: { by: 'caller', code: 'hangup' } });
  events.publish('call-1', { kind: 'dtmf', digit: '1' });
  expect(seen.map(({ kind, callId }) => [kind, callId])).toEqual([
    ['call-started', 'call-1'],
    ['caller-partial', 'call-1'],
    ['call-ended', 'call-1'],
  ]);
  expect(seen.every(({ atMs }) => atMs > 0)).toBe(true);
  expect(others).not.toHaveBeenCalled();
});

it('a follower that fails or leaves harms neither the call nor other followers', () => {
  const { events, errors } = publisher();
  const seen: string[] = [];
  events.observe('call-1', () => {
    throw new Error('a closed socket');
  });
  const leave = events.observe('call-1', () => leave());
  events.observe('call-1', ({ kind }) => seen.push(kind));
  events.publish('call-1', { kind: 'call-started', facts: FACTS, persona: 'bot' });
  leave();
  leave();
  events.publish('call-1', { kind: 'call-answered', setupMs: ms(5) });
  expect(seen).toEqual(['call-started', 'call-answered']);
  expect(errors).toHaveLength(2);
});
