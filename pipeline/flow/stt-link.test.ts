import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SttEvent } from '../ports.ts';
import { SttLink, type SttLinkAction, type SttLinkInput } from './stt-link.ts';

const options = {
  queueMs: 1000,
  inFlightMs: 500,
  connectTimeoutMs: 800,
  answerTimeoutMs: 1500,
  backoffMs: 100,
  maxBackoffMs: 1000,
  pingMs: 5000,
  spread: 1,
};
const ms100 = new Uint8Array(3200);
const final = (pause: number | undefined, text: string): SttLinkInput => ({
  kind: 'frame',
  text: JSON.stringify({ type: 'final', text, pause }),
});

class Bench {
  readonly link = new SttLink(options);
  nowMs = 0;
  readonly all: SttLinkAction[] = [];

  give(input: SttLinkInput): readonly SttLinkAction[] {
    const actions = this.link.handle(this.nowMs, input);
    this.all.push(...actions);
    return actions;
  }

  open(): this {
    this.give({ kind: 'start', config: { language: 'en' } });
    this.give({ kind: 'opened' });
    this.sent();
    return this;
  }

  /** The socket takes everything. */
  sent(): void {
    this.give({ kind: 'sent', bytes: 1e9 });
  }

  runTo(nowMs: number): readonly SttLinkAction[] {
    const from = this.all.length;
    for (let due = this.link.wakeAtMs; due !== undefined && due <= nowMs; due = this.link.wakeAtMs) {
      this.nowMs = Math.max(this.nowMs, due);
      this.give({ kind: 'wake' });
    }
    this.nowMs = nowMs;
    return this.all.slice(from);
  }

  get events(): readonly SttEvent[] {
    return this.all.flatMap((action) => (action.kind === 'event' ? [action.event] : []));
  }

  get faults(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'fault' ? [event.code] : []));
  }

  get sends(): readonly (string | number)[] {
    return this.all.flatMap((action) =>
      action.kind === 'send' ? [typeof action.data === 'string' ? action.data : action.data.length] : [],
    );
  }

  count(kind: SttLinkAction['kind']): number {
    return this.all.filter((action) => action.kind === kind).length;
  }
}

describe('SttLink', () => {
  it('configures the session first, then sends audio and pauses in order', () => {
    const bench = new Bench();
    bench.give({ kind: 'start', config: { language: 'en' } });
    bench.give({ kind: 'audio', bytes: ms100 });
    bench.give({ kind: 'pause', pause: 1 });
    expect(bench.sends).toEqual([]);
    bench.give({ kind: 'opened' });
    expect(bench.sends).toEqual(['{"config":{"language":"en"}}', 3200, '{"silence":true,"pause":1,"keep":true}']);
    bench.give(final(1, 'hello'));
    expect(bench.events).toEqual([{ kind: 'final', pause: 1, text: 'hello', confidence: 1, noSpeech: 0, audioMs: 0, decodeMs: 0 }]);
  });

  it("gives the answers of the seed's service, which have no number, to the oldest pause", () => {
    const bench = new Bench().open();
    bench.give({ kind: 'pause', pause: 3 });
    bench.give({ kind: 'pause', pause: 4 });
    bench.give(final(undefined, 'a'));
    bench.give(final(undefined, 'b'));
    bench.give(final(undefined, 'nobody asked'));
    expect(bench.events.map((event) => event.kind === 'final' && [event.pause, event.text])).toEqual([
      [3, 'a'],
      [4, 'b'],
    ]);
  });

  it('a final that comes after a reset, or behind a later one, is not reported', () => {
    const bench = new Bench().open();
    bench.give({ kind: 'pause', pause: 1 });
    bench.give({ kind: 'pause', pause: 2 });
    bench.give(final(2, 'new'));
    bench.give(final(1, 'old'));
    bench.give({ kind: 'pause', pause: 3 });
    bench.give({ kind: 'reset' });
    bench.give(final(3, 'forgotten'));
    expect(bench.events.map((event) => event.kind === 'final' && event.text)).toEqual(['new']);
    expect(bench.sends.at(-1)).toBe('{"reset":true}');
  });

  it('drops the oldest audio when the service does not read, and counts it', () => {
    const bench = new Bench().open();
    for (let i = 0; i < 25; i++) bench.give({ kind: 'audio', bytes: ms100 });
    // 500 ms on the way, 1,000 ms waiting.
    expect(bench.sends.filter((one) => one === 3200)).toHaveLength(5);
    expect(bench.count('dropped-audio')).toBe(10);
    for (let i = 0; i < 15; i++) bench.give({ kind: 'sent', bytes: 3200 });
    expect(bench.sends.filter((one) => one === 3200)).toHaveLength(15);
  });

  it('says so when no final comes in time, and connects anew the second time', () => {
    const bench = new Bench().open();
    bench.give({ kind: 'pause', pause: 1 });
    bench.runTo(1500);
    expect(bench.faults).toEqual(['STT_TIMEOUT']);
    expect(bench.count('disconnect')).toBe(0);
    bench.give({ kind: 'pause', pause: 2 });
    bench.runTo(3000);
    expect(bench.faults).toEqual(['STT_TIMEOUT', 'STT_TIMEOUT']);
    expect(bench.count('disconnect')).toBe(1);
    bench.runTo(3100);
    expect(bench.count('connect')).toBe(2);
  });

  it('speech that goes on cancels the wait for the answer', () => {
    const bench = new Bench().open();
    bench.give({ kind: 'pause', pause: 1 });
    bench.give({ kind: 'audio', bytes: ms100 });
    bench.runTo(4000);
    expect(bench.faults).toEqual([]);
  });

  it('a connection lost in mid-utterance is reported and made again; the next utterance works', () => {
    const bench = new Bench().open();
    bench.give({ kind: 'frame', text: '{"type":"ready"}' });
    bench.give({ kind: 'audio', bytes: ms100 });
    bench.give({ kind: 'closed', code: 1006, reason: '' });
    expect(bench.faults).toEqual(['STT_CUT']);
    bench.runTo(100);
    bench.give({ kind: 'opened' });
    bench.sent();
    bench.give({ kind: 'pause', pause: 2 });
    bench.give(final(2, 'back'));
    expect(bench.events.at(-1)).toMatchObject({ kind: 'final', text: 'back' });
  });

  it('an utterance waits for a connection that is back at once', () => {
    const bench = new Bench().open();
    bench.give({ kind: 'frame', text: '{"type":"ready"}' });
    bench.give({ kind: 'closed', code: 1012, reason: 'restart' });
    bench.give({ kind: 'audio', bytes: ms100 });
    bench.give({ kind: 'pause', pause: 1 });
    bench.runTo(100);
    bench.give({ kind: 'opened' });
    expect(bench.sends.slice(-2)).toEqual([3200, '{"silence":true,"pause":1,"keep":true}']);
    expect(bench.faults).toEqual([]);
  });

  it('while nobody is there a pause is answered by a fault at once, and the back-off grows to its bound', () => {
    const bench = new Bench();
    bench.give({ kind: 'start', config: {} });
    bench.give({ kind: 'audio', bytes: ms100 });
    bench.give({ kind: 'pause', pause: 1 });
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      bench.give({ kind: 'closed', code: 1006, reason: '' });
      const dueMs = bench.link.wakeAtMs ?? 0;
      waits.push(dueMs - bench.nowMs);
      if (i === 1) bench.give({ kind: 'pause', pause: 2 });
      bench.runTo(dueMs);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(bench.faults).toEqual(['STT_UNREACHABLE', 'STT_UNAVAILABLE']);
  });

  it('a full service, a refusal and too long a reply have their own codes', () => {
    for (const [code, fault] of [
      [1013, 'STT_UNAVAILABLE'],
      [1008, 'STT_REFUSED'],
      [1009, 'STT_BAD_REPLY'],
      [1011, 'STT_CUT'],
    ] as const) {
      const bench = new Bench().open();
      bench.give({ kind: 'pause', pause: 1 });
      bench.give({ kind: 'closed', code, reason: '' });
      expect(bench.faults).toEqual([fault]);
    }
  });

  it('forgives some garbage, counts it all, and leaves who sends nothing else', () => {
    const bench = new Bench().open();
    bench.give({ kind: 'pause', pause: 1 });
    for (let i = 0; i < 5; i++) bench.give({ kind: 'frame', text: '<html>' });
    expect(bench.faults).toEqual([]);
    bench.give({ kind: 'binary-frame' });
    expect(bench.count('garbage')).toBe(6);
    expect(bench.faults).toEqual(['STT_BAD_REPLY']);
    expect(bench.count('disconnect')).toBe(1);
  });

  it('a dead connection is noticed by its missing answer to a ping', () => {
    const bench = new Bench().open();
    bench.runTo(5000);
    expect(bench.count('ping')).toBe(1);
    bench.give({ kind: 'pong' });
    bench.runTo(10_000);
    expect(bench.count('disconnect')).toBe(0);
    bench.runTo(15_000);
    expect(bench.count('disconnect')).toBe(1);
  });

  it('changed settings survive a reset and a lost connection', () => {
    const bench = new Bench().open();
    bench.give({ kind: 'audio', bytes: new Uint8Array(16_000) });
    bench.give({ kind: 'configure', config: { prompt: 'menu' } });
    bench.give({ kind: 'reset' });
    bench.sent();
    expect(bench.sends).toContain('{"config":{"prompt":"menu"}}');
    bench.give({ kind: 'closed', code: 1006, reason: '' });
    bench.runTo(100);
    bench.give({ kind: 'opened' });
    expect(bench.sends.at(-1)).toBe('{"config":{"language":"en","prompt":"menu"}}');
  });

  it('does nothing after it was closed', () => {
    const bench = new Bench().open();
    expect(bench.give({ kind: 'close' })).toEqual([{ kind: 'disconnect' }]);
    expect(bench.give({ kind: 'pause', pause: 1 })).toEqual([]);
    expect(bench.give({ kind: 'close' })).toEqual([]);
    expect(bench.link.wakeAtMs).toBeUndefined();
  });

  it('never throws, never sends while it is not connected, and always has a way on', () => {
    const inputs: fc.Arbitrary<SttLinkInput> = fc.oneof(
      fc.constantFrom<SttLinkInput>(
        { kind: 'opened' },
        { kind: 'closed', code: 1006, reason: '' },
        { kind: 'binary-frame' },
        { kind: 'pong' },
        { kind: 'reset' },
        { kind: 'audio', bytes: ms100 },
        { kind: 'wake' },
        { kind: 'sent', bytes: 3200 },
      ),
      fc.nat(5).map((pause): SttLinkInput => ({ kind: 'pause', pause })),
      fc.nat(5).map((pause): SttLinkInput => final(pause, 'x')),
      fc.string().map((text): SttLinkInput => ({ kind: 'frame', text })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(inputs, fc.nat(2000)), { maxLength: 80 }), (script) => {
        const bench = new Bench();
        bench.give({ kind: 'start', config: {} });
        let connected = false;
        for (const [input, afterMs] of script) {
          bench.runTo(bench.nowMs + afterMs);
          const before = bench.all.length;
          if (input.kind === 'opened') connected = true;
          bench.give(input);
          if (input.kind === 'closed') connected = false;
          const fresh = bench.all.slice(before);
          if (fresh.some((action) => action.kind === 'send')) expect(connected).toBe(true);
          expect(bench.link.wakeAtMs).toBeDefined();
        }
      }),
    );
  });
});
