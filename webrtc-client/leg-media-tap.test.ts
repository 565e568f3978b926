import { expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { ms } from '#domain/units';
import { LegMediaTap } from './leg-media-tap.ts';

function tapped(): { tap: LegMediaTap; emit: (event: LegMediaEvent) => void; watched: string[]; failures: unknown[] } {
  let emit: (event: LegMediaEvent) => void = () => undefined;
  const watched: string[] = [];
  const failures: unknown[] = [];
  const inner = {
    legId: 'l',
    send: () => undefined,
    onEvent: (listener: (event: LegMediaEvent) => void) => ((emit = listener), () => undefined),
  };
  const tap = new LegMediaTap(
    inner,
    ({ kind }) => void watched.push(kind),
    (error) => void failures.push(error),
  );
  return { tap, emit: (event) => emit(event), watched, failures };
}

const digit: LegMediaEvent = { kind: 'dtmf', digit: '1', durationMs: ms(100), atMs: ms(0) };
const audio: LegMediaEvent = { kind: 'caller-audio', spurtId: 1, atMs: ms(0), pcm: new Int16Array(1) };

it('keeps what comes before anybody listens, audio first to go', () => {
  const { tap, emit, watched } = tapped();
  emit(digit);
  for (let count = 0; count < 100; count += 1) emit(audio);
  const heard: string[] = [];
  tap.onEvent(({ kind }) => void heard.push(kind));
  expect(heard).toHaveLength(64);
  expect(heard[0]).toBe('dtmf');
  expect(watched).toHaveLength(101);
});

it('tells the leg what its listener threw, and goes on', () => {
  const { tap, emit, watched, failures } = tapped();
  tap.onEvent(() => {
    throw new Error('broke');
  });
  emit(digit);
  expect(failures).toHaveLength(1);
  expect(watched).toEqual(['dtmf']);
});
