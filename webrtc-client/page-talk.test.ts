import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEventBody } from '#domain/call-event';
import { ms } from '#domain/units';
import { PageTalk } from './page-talk.ts';
import { parseServerMessage } from './signalling.ts';

const setup = { callId: 'c', persona: 'bot', title: 'Receptionist' };
const kindsOf = (texts: readonly string[]): readonly unknown[] => texts.map((text) => parseServerMessage(text)?.kind);

function tell(talk: PageTalk, body: CallEventBody): readonly string[] {
  return talk.observe({ callId: 'c', atMs: ms(0), ...body });
}

describe('before the channel is open', () => {
  it('keeps what happens and tells it after hello, once', () => {
    const talk = new PageTalk(setup);
    expect(tell(talk, { kind: 'call-answered', setupMs: ms(1) })).toEqual([]);
    expect(tell(talk, { kind: 'turn-opened', turnId: 1, source: 'greeting', callerText: '' })).toEqual([]);
    expect(kindsOf(talk.channelOpen())).toEqual(['hello', 'state', 'turn-opened', 'state']);
    expect(talk.channelOpen()).toEqual([]);
    expect(kindsOf(tell(talk, { kind: 'bot-heard', turnId: 1, text: 'Hello' }))).toEqual(['bot-heard', 'state']);
  });

  it('keeps a bounded number, partial texts first to go', () => {
    const talk = new PageTalk(setup);
    tell(talk, { kind: 'call-answered', setupMs: ms(1) });
    for (let count = 0; count < 500; count += 1) tell(talk, { kind: 'caller-partial', text: `so far ${count}` });
    tell(talk, { kind: 'turn-opened', turnId: 1, source: 'llm', callerText: 'all' });
    const kinds = kindsOf(talk.channelOpen());
    expect(kinds).toHaveLength(101);
    expect(kinds.slice(0, 2)).toEqual(['hello', 'state']);
    expect(kinds).toContain('turn-opened');
  });
});

describe('what the page sends', () => {
  it('becomes commands, or nothing; it never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc
            .record({
              kind: fc.constantFrom('mute', 'dtmf', 'text', 'hangup', 'x'),
              on: fc.anything(),
              digit: fc.anything(),
              text: fc.anything(),
            })
            .map((value) => JSON.stringify(value) ?? ''),
        ),
        (text) => {
          const { command, send } = new PageTalk(setup).received(ms(0), text);
          expect(send).toEqual([]);
          expect([undefined, 'inject', 'hangup']).toContain(command?.kind);
        },
      ),
    );
  });

  it('is taken at a pace that people have', () => {
    const talk = new PageTalk(setup);
    const press = (nowMs: number) => talk.received(ms(nowMs), '{"kind":"dtmf","digit":"1"}').command !== undefined;
    const taken = Array.from({ length: 1_000 }, () => press(0)).filter(Boolean).length;
    expect(taken).toBe(300);
    expect(talk.dropped).toBe(700);
    expect(press(1_000)).toBe(true);
  });

  it('typed lines come no faster than turns: twenty a second of one page made as many turns, requests to the language model and lines of the log', () => {
    const talk = new PageTalk(setup);
    const type = (nowMs: number) => talk.received(ms(nowMs), '{"kind":"text","text":"hello"}');
    const answers = Array.from({ length: 300 }, (_, index) => type(index * 200));
    expect(answers.filter(({ command }) => command !== undefined).length).toBeLessThanOrEqual(60);
    // The page is told so, once.
    expect(answers.flatMap(({ send }) => send).map((text) => parseServerMessage(text))).toEqual([]);
    expect(kindsOf(talk.channelOpen())).toContain('notice');
    // Keys and the microphone are no matter of that.
    expect(talk.received(ms(60_000), '{"kind":"mute","on":true}').command).toBeDefined();
    expect(type(62_100).command).toBeDefined();
  });
});
