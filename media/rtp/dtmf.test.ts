import { describe, expect, it } from 'vitest';
import { readTelephoneEvent, writeTelephoneEvent } from './dtmf.ts';

const press = (digit: string, end: boolean, durationTicks: number) => ({ digit, end, durationTicks });

describe('telephone events', () => {
  it('reads back every digit', () => {
    const bytes = new Uint8Array(4);
    for (const digit of '0123456789*#ABCD') {
      writeTelephoneEvent(bytes, 0, press(digit, true, 1600));
      expect(readTelephoneEvent(bytes, 0, 4)).toEqual(press(digit, true, 1600));
    }
  });

  it('refuses short payloads and events that are no keys', () => {
    expect(readTelephoneEvent(Uint8Array.of(1, 0, 0), 0, 3)).toBeUndefined();
    expect(readTelephoneEvent(Uint8Array.of(16, 0, 0, 1), 0, 4)).toBeUndefined();
  });
});
