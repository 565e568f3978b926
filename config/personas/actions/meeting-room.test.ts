import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModuleContext } from '#pipeline';
import { bookRoom } from './meeting-room.ts';

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'meeting-room-'))));
afterEach(() => rmSync(dataDir, { recursive: true }));

let key = 0;
const WISH = { place: 'Mountain View', date: '2026-11-23', time: '14:30', duration: 30, people: 2 };
const NEVER = new AbortController().signal;

async function book(more: Partial<typeof WISH> = {}, context: Partial<ModuleContext> = {}, signal = NEVER) {
  key += 1;
  const now = { year: 2026, month: 11, day: 23, hour: 10, minute: 7, weekday: 1 };
  return bookRoom.run(
    { ...WISH, ...more },
    { now, callId: 'call-1', idempotencyKey: `key-${key}`, settings: {}, dataDir, log: () => undefined, ...context },
    signal,
  );
}

describe('the meeting room', () => {
  it('is booked', async () => {
    expect(await book()).toEqual({ kind: 'done', values: { reference: 1, ends: '15:00' } });
  });

  it('is booked once by the same key', async () => {
    await book({}, { idempotencyKey: 'same' });
    expect(await book({}, { idempotencyKey: 'same' })).toEqual({ kind: 'done', values: { reference: 1, ends: '15:00' } });
  });

  it.each([
    ['14:30', 30],
    ['14:00', 60],
    ['14:45', 15],
    ['14:59', 30],
    ['14:01', 30],
  ])('a time at %s for %d minutes is taken then, and others are offered', async (time, duration) => {
    await book();
    expect(await book({ time, duration })).toMatchObject({ kind: 'refused', code: 'taken', slot: 'time' });
  });

  it.each([
    ['14:00', 30],
    ['15:00', 30],
  ])('one right beside it at %s is not', async (time, duration) => {
    await book();
    expect(await book({ time, duration })).toMatchObject({ kind: 'done' });
  });

  it('offers the nearest free times, in their order', async () => {
    await book({ time: '14:00', duration: 60 });
    expect(await book()).toEqual({
      kind: 'refused',
      code: 'taken',
      slot: 'time',
      values: { opens: '08:00', closes: '20:00' },
      offers: ['13:30', '15:00', '15:30'],
    });
  });

  it('other places and days are free', async () => {
    await book();
    expect(await book({ place: 'Ocean View' })).toMatchObject({ kind: 'done' });
    expect(await book({ date: '2026-11-24' })).toMatchObject({ kind: 'done' });
  });

  it('keeps its hours', async () => {
    expect(await book({ time: '19:45' })).toMatchObject({ code: 'closed', slot: 'time', offers: ['18:30', '19:00', '19:30'] });
    expect(await book({ time: '11:00' }, { settings: { opens: '13:00' } })).toMatchObject({
      code: 'closed',
      offers: ['13:00', '13:30', '14:00'],
    });
    expect(await book({ duration: 800 })).toMatchObject({ code: 'too-long', slot: 'duration' });
  });

  it('is not booked for what is past', async () => {
    expect(await book({ time: '09:00' })).toMatchObject({ code: 'past', slot: 'time', offers: ['10:30', '11:00', '11:30'] });
    expect(await book({ date: '2026-11-22' })).toMatchObject({
      code: 'past',
      slot: 'date',
      offers: ['2026-11-23', '2026-11-24', '2026-11-25'],
    });
  });

  it('offers other days when the day is full', async () => {
    await book({ time: '11:00', duration: 540 });
    await book({ time: '10:30', duration: 30 });
    await book({ date: '2026-11-24' });
    expect(await book()).toMatchObject({ kind: 'refused', code: 'full', slot: 'date', offers: ['2026-11-25', '2026-11-26', '2026-11-27'] });
  });

  it('has so many seats', async () => {
    expect(await book({ people: 21 })).toEqual({ kind: 'refused', code: 'too-many', slot: 'people', values: { seats: 20 } });
  });

  it('books nothing after its time-out', async () => {
    await expect(book({}, {}, AbortSignal.abort())).rejects.toThrow();
    expect(await book()).toMatchObject({ kind: 'done', values: { reference: 1 } });
  });
});
