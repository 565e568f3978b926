import { describe, expect, it } from 'vitest';
import type { LegMedia, LegMediaEvent } from '#domain/leg-media';
import { ms } from '#domain/units';
import { LegMediaTap } from './leg-media-tap.ts';

function fake() {
  let emit: (event: LegMediaEvent) => void = () => undefined;
  const sent: unknown[] = [];
  const inner: LegMedia = {
    legId: 'leg-1',
    send: (command) => void sent.push(command),
    onEvent: (listener) => {
      emit = listener;
      return () => undefined;
    },
  };
  const seen: string[] = [];
  const failures: unknown[] = [];
  const tap = new LegMediaTap(
    inner,
    (event) => void seen.push(event.kind),
    (error) => void failures.push(error),
  );
  return { tap, seen, sent, failures, emit: (event: LegMediaEvent) => emit(event) };
}
const dtmf = (digit: string): LegMediaEvent => ({ kind: 'dtmf', digit, durationMs: ms(100), atMs: ms(0) });
const sound = (atMs: number): LegMediaEvent => ({ kind: 'caller-audio', spurtId: 1, atMs: ms(atMs), pcm: new Int16Array(1) });

describe('LegMediaTap', () => {
  it('keeps events until somebody listens, in their order', () => {
    const { tap, emit } = fake();
    emit(dtmf('1'));
    tap.inject(dtmf('2'));
    const heard: LegMediaEvent[] = [];
    tap.onEvent((event) => void heard.push(event));
    emit(dtmf('3'));
    expect(heard.map((event) => (event.kind === 'dtmf' ? event.digit : '?'))).toEqual(['1', '2', '3']);
  });

  it('keeps a bounded number, audio going first', () => {
    const { tap, emit } = fake();
    emit(dtmf('1'));
    for (let index = 0; index < 500; index += 1) emit(sound(index));
    const heard: LegMediaEvent[] = [];
    tap.onEvent((event) => void heard.push(event));
    expect(heard).toHaveLength(64);
    expect([heard[0]?.kind, heard.at(-1)?.atMs]).toEqual(['dtmf', 499]);
  });

  it('lets the leg see everything even when the listener fails, and keeps the failure to this call', () => {
    const { tap, emit, seen, failures } = fake();
    tap.onEvent(() => {
      throw new Error('listener');
    });
    emit(dtmf('1'));
    expect(seen).toEqual(['dtmf']);
    expect(failures).toHaveLength(1);
  });

  it('passes commands on and lets a listener go', () => {
    const { tap, emit, sent } = fake();
    const heard: LegMediaEvent[] = [];
    const stop = tap.onEvent((event) => void heard.push(event));
    stop();
    emit(dtmf('1'));
    tap.send({ kind: 'set-echo', on: true });
    expect([heard.length, sent.length]).toEqual([0, 1]);
  });
});
