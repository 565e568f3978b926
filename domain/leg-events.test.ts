import { describe, expect, it } from 'vitest';
import { LegEvents } from './leg-events.ts';
import type { LegMediaEvent } from './leg-media.ts';
import { Listeners } from './listeners.ts';
import { ms } from './units.ts';

function owned() {
  const events = new LegEvents();
  const seen: string[] = [];
  const failures: unknown[] = [];
  events.own({ event: (event) => void seen.push(event.kind), failed: (error) => void failures.push(error) });
  return { events, seen, failures };
}
const dtmf = (digit: string): LegMediaEvent => ({ kind: 'dtmf', digit, durationMs: ms(100), atMs: ms(0) });
const sound = (atMs: number): LegMediaEvent => ({ kind: 'caller-audio', spurtId: 1, atMs: ms(atMs), pcm: new Int16Array(1) });
const digits = (heard: readonly LegMediaEvent[]) => heard.map((event) => (event.kind === 'dtmf' ? event.digit : '?')).join('');
const fails = () => {
  throw new Error('listener');
};

describe('LegEvents', () => {
  it('keeps events until somebody listens, in their order', () => {
    const { events } = owned();
    events.emit(dtmf('1'));
    events.emit(dtmf('2'));
    const heard: LegMediaEvent[] = [];
    events.onEvent((event) => void heard.push(event));
    events.emit(dtmf('3'));
    expect(digits(heard)).toBe('123');
  });

  it('keeps a bounded number, audio going first', () => {
    const { events, seen } = owned();
    events.emit(dtmf('1'));
    for (let index = 0; index < 500; index += 1) events.emit(sound(index));
    const heard: LegMediaEvent[] = [];
    events.onEvent((event) => void heard.push(event));
    expect(heard).toHaveLength(64);
    expect([heard[0]?.kind, heard.at(-1)?.atMs]).toEqual(['dtmf', 499]);
    expect(seen).toHaveLength(501);
  });

  it('tells all listeners, then the owner, and lets one go without the others', () => {
    const order: string[] = [];
    const events = new LegEvents();
    events.own({ event: () => void order.push('owner'), failed: fails });
    const stop = events.onEvent(() => void order.push('first'));
    events.onEvent(() => void order.push('second'));
    events.emit(dtmf('1'));
    stop();
    events.emit(dtmf('2'));
    expect(order).toEqual(['first', 'second', 'owner', 'second', 'owner']);
  });

  it('a listener that fails keeps nothing from the others or the owner, who is told', () => {
    const { events, seen, failures } = owned();
    const heard: LegMediaEvent[] = [];
    events.onEvent(fails);
    events.onEvent((event) => void heard.push(event));
    events.emit(dtmf('1'));
    expect([digits(heard), seen.length, failures.length]).toEqual(['1', 1, 1]);
  });

  it('an owner who comes late misses nothing, and takes nothing from the listeners', () => {
    // A worker's answer and its first events arrive in one batch: the gateway has the leg only after all of it.
    const events = new LegEvents();
    events.emit(dtmf('1'));
    const owner: LegMediaEvent[] = [];
    events.own({ event: (event) => void owner.push(event), failed: fails });
    const heard: LegMediaEvent[] = [];
    events.onEvent((event) => void heard.push(event));
    expect([digits(owner), digits(heard)]).toEqual(['1', '1']);
  });

  it('without an owner a failure is not swallowed', () => {
    const events = new LegEvents();
    events.onEvent(fails);
    expect(() => events.emit(dtmf('1'))).toThrow('listener');
  });
});

it('Listeners drop the oldest where nothing may go first', () => {
  const listeners = new Listeners<number>({ capacity: 2, mayGo: () => false });
  for (const event of [1, 2, 3]) listeners.tell(event, fails);
  const heard: number[] = [];
  listeners.add((event) => void heard.push(event));
  expect([heard, listeners.kept]).toEqual([[2, 3], []]);
});
