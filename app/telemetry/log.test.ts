import { describe, expect, it } from 'vitest';
import type { CallEvent } from '#domain/call-event';
import { ms } from '#domain/units';
import { FACTS } from '../testing/events.ts';
import { createLog, logCallEvent, logFunction, sumUpLog } from './log.ts';

/** A log of which every line is kept, with a clock and one timer of its own. */
function listen(options: { transcripts?: boolean; level?: 'trace' | 'info'; callsPerMinute?: number } = {}) {
  const lines: string[] = [];
  const time = { nowMs: ms(0), timer: undefined as { atMs: number; run: () => void } | undefined };
  const log = createLog(
    { level: 'trace', transcripts: false, ...options },
    { write: (line: string) => void lines.push(line) },
    { clock: { nowMs: () => time.nowMs }, after: (delayMs, run) => (time.timer = { atMs: time.nowMs + delayMs, run }) },
  );
  const until = (atMs: number): void => {
    while (time.timer !== undefined && time.timer.atMs <= atMs) {
      const { timer } = time;
      time.nowMs = ms(timer.atMs);
      time.timer = undefined;
      timer.run();
    }
    time.nowMs = ms(atMs);
  };
  return { log, until, text: () => lines.join(''), lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const SECRET = 'my PIN is four seven one one';
/** Every kind of event, with what was said in every place that a string fits into, and in places that no type has. */
const LEAKY: readonly CallEvent[] = [
  { kind: 'call-started', facts: { ...FACTS, displayName: SECRET, headers: { 'x-name': SECRET }, signallingId: SECRET }, persona: 'bot' },
  {
    kind: 'call-ended',
    reason: { by: 'system', code: 'internal-error', detail: SECRET },
    stats: { note: SECRET, mos: 4, deep: { text: SECRET } },
  },
  {
    kind: 'turn-closed',
    turnId: 1,
    source: 'knowledge',
    outcome: 'completed',
    callerText: SECRET,
    botText: SECRET,
    heardText: SECRET,
    stages: { note: SECRET },
    detail: {
      entry: 'divorce-lawyer',
      why: SECRET,
      turnEnd: SECRET,
      askWhich: 'divorce-lawyer',
      form: 'divorce-lawyer',
      formAsks: 'divorce-lawyer',
      tool: 'divorce-lawyer',
      deep: { text: SECRET },
      score: 0.8,
    },
    extra: SECRET,
  },
  { kind: 'barge-in', turnId: 1, decision: 'abort', why: SECRET, decidedMs: 3, error: SECRET },
  { kind: 'speculation-dropped', why: SECRET },
  { kind: 'fault', service: 'stt', code: SECRET, error: SECRET, detail: SECRET },
  { kind: 'dropped', queue: SECRET, count: 3 },
  { kind: 'queue-wait', queue: SECRET, waitMs: 3 },
  { kind: 'dtmf', digit: '7' },
  { kind: 'message-taken', text: SECRET },
  { kind: 'caller-final', text: SECRET, words: [{ text: SECRET }] },
  { kind: 'caller-partial', text: SECRET },
  { kind: 'bot-heard', turnId: 1, text: SECRET },
  { kind: 'turn-opened', turnId: 1, source: 'llm', callerText: SECRET },
  { kind: 'media-stats', stats: { text: SECRET } },
  {
    kind: 'action-started',
    actionId: 1,
    name: 'book-room',
    args: { name: SECRET },
    authority: { by: 'caller', readBack: SECRET, answer: SECRET },
  },
  {
    kind: 'action-ended',
    actionId: 1,
    name: 'book-room',
    outcome: 'failed',
    code: 'timeout',
    detail: SECRET,
    values: { number: SECRET },
    tookMs: 3,
  },
].map((event) => ({ callId: 'call-1', atMs: 1, ...event }) as unknown as CallEvent);

// Redaction went by name and one level deep: `detail`, `error`, `why` and what lay deeper passed.
describe('what leaves of an event', () => {
  it('is nothing that was said, wherever it stands', () => {
    const { log, text } = listen();
    for (const event of LEAKY) logCallEvent(log, event, 'leg-1');
    for (const secret of [SECRET, 'PIN', 'four', 'divorce', '15550100', 'A-4711', '"7"']) expect(text()).not.toContain(secret);
    expect(text()).toContain('"score":0.8');
    expect(text()).toContain('"mos":4');
    expect(text()).toContain('"action":"book-room"');
  });

  it('is what callers and the bot said where the operator wants it; numbers, keys and what actions were told still are not', () => {
    const { log, text } = listen({ transcripts: true });
    for (const event of LEAKY) logCallEvent(log, event, 'leg-1');
    expect(text()).toContain(`"callerText":"${SECRET}"`);
    expect(text()).toContain('"entry":"divorce-lawyer"');
    for (const event of LEAKY.filter(
      ({ kind }) => kind.startsWith('action') || kind === 'call-started' || kind === 'call-ended' || kind === 'fault',
    )) {
      const quiet = listen({ transcripts: true });
      logCallEvent(quiet.log, event);
      expect(quiet.text()).not.toContain('PIN');
    }
    expect(text()).not.toContain('15550100');
    expect(text()).not.toContain('"7"');
  });
});

describe('what leaves of other lines', () => {
  const said = (message: string, fields: Record<string, unknown>): string => {
    const { log, text } = listen();
    logFunction(log)('error', message, fields);
    return text();
  };

  it.each([
    [
      'conversation failed',
      {
        err: Object.assign(new Error(SECRET), { code: 'STT_CUT', text: SECRET, cause: new Error(SECRET) }),
        text: SECRET,
        deep: { deeper: SECRET },
      },
    ],
    ['a module action threw an error', { err: new TypeError(SECRET), action: 'book-room', error: SECRET }],
    ['an action failed unexpectedly', { err: new Error(`${SECRET}\n    at four (four.js:1:2)`) }],
    ['HTTP request failed', { err: new SyntaxError(`Unexpected token 'm', "${SECRET}" is not valid JSON`) }],
    ['action note', { note: SECRET, fields: { name: SECRET, count: 3 }, action: 'book-room' }],
    ['service printed', { service: 'stt', line: `ValueError: ${SECRET}` }],
    ['service printed', { service: 'tts', line: `could not say "${SECRET}"` }],
    [
      'service logged',
      {
        service: 'tts',
        line: `stt.errors.DecodeError: ${SECRET}`,
        transcript: SECRET,
        err: {
          type: 'ValueError',
          message: SECRET,
          stack: `Traceback\n  File "/app/stt/session.py", line 12, in decode\nValueError: ${SECRET}`,
        },
      },
    ],
    ['leg failed', { error: `cannot read "${SECRET}" of sip:four@192.0.2.1`, text: SECRET }],
    ['a line that nobody listed', { error: SECRET, detail: { text: SECRET } }],
  ])('%s: nothing that was said', (message, fields) => {
    expect(said(message, { callId: 'call-1', ...fields })).not.toMatch(/PIN|four/);
    expect(said(message, { callId: 'call-1', ...fields })).toContain('call-1');
  });

  it('still says what failed and where', () => {
    const line = said('conversation failed', { err: Object.assign(new RangeError('x'), { code: 'STT_CUT' }) });
    expect(line).toContain('"type":"RangeError","code":"STT_CUT","at":["at ');
    expect(line).toMatch(/log\.test\.ts:\d+/);
    expect(said('closing failed', { part: 'store', error: 'database is locked' })).toContain('"error":"database is locked"');
    expect(said('sip control connected', { control: '127.0.0.1:9022', hostPorts: ['udp/192.0.2.7:5060', SECRET] })).toContain(
      '"hostPorts":["udp/192.0.2.7:5060","[redacted]"]',
    );
    expect(said('service ended', { service: 'stt', cause: 'it ended with code 1' })).toContain('it ended with code 1');
    expect(said('SIP socket error', { transport: 'udp', port: 5060, error: 'send EACCES 192.0.2.7:5060' })).toContain(
      'EACCES 192.0.2.7:5060',
    );
    expect(said('service printed', { service: 'stt', line: '  File "/app/stt/whisper.py", line 12, in decode' })).toContain('whisper.py');
  });

  it('numbers, addresses and names of callers are taken out of the words of a library', () => {
    for (const error of [
      'call +1 415 555 0123 back',
      'no route to sip:ann.example@host',
      'mail ann.example@example.net',
      'bad “ann.example”',
      "got 'ann.example'",
    ]) {
      expect(said('leg failed', { error })).not.toMatch(/555|ann\.example/);
    }
  });
});

describe('an attack of an hour', () => {
  it('makes a log of less than a megabyte, though a hundred requests a second are refused for eight reasons', () => {
    const { log, until, text, lines } = listen({ level: 'info' });
    const reasons = [
      'not-allowed',
      'no-such-address',
      'bad-offer',
      'too-many-calls',
      'not-ready',
      'no-audio',
      'shutting-down',
      'no-common-codec',
    ];
    let refused = 0;
    for (let second = 0; second < 3600; second++) {
      until(second * 1000);
      for (let i = 0; i < 100; i++, refused++)
        log.info({ callId: `call-${refused}`, peer: `192.0.2.${i % 250}:${i}`, reason: reasons[i % 8] }, 'call refused');
      for (const message of [
        'sip request could not be handled',
        'websocket client broke the protocol',
        'browser request could not be handled',
        'fault',
      ])
        log.warn({ error: `${message} ${second}`, service: 'stt', code: 'X' }, message);
    }
    sumUpLog(log);
    expect(text().length).toBeLessThan(1_000_000);
    const told = lines()
      .filter(({ msg }) => msg === 'call refused')
      .reduce((sum, { times }) => sum + (typeof times === 'number' ? times : 1), 0);
    expect(told).toBe(refused);
    expect(lines()[0]).toMatchObject({ callId: 'call-0', peer: '192.0.2.0:0', reason: 'not-allowed', msg: 'call refused' });
    expect(lines().find(({ times }) => times !== undefined)).toMatchObject({ reason: 'not-allowed', times: 12, perSecond: 12 });
  });

  it('of calls that begin and end at once is summed up too, while usual calls have lines of their own', () => {
    const { log, until, lines } = listen({ level: 'info', callsPerMinute: 10 });
    const call = (n: number): void => {
      logCallEvent(log, { callId: `call-${n}`, atMs: ms(0), kind: 'call-started', facts: FACTS, persona: 'bot' });
      logCallEvent(log, { callId: `call-${n}`, atMs: ms(0), kind: 'call-ended', reason: { by: 'caller', code: 'cancelled' } });
    };
    for (let minute = 0; minute < 10; minute++) {
      until(minute * 60_000);
      for (let n = 0; n < 10; n++) call(n);
    }
    expect(lines()).toHaveLength(200);
    for (let n = 0; n < 10_000; n++) call(n);
    expect(lines().length).toBeLessThan(330);
  });

  it('of turns that somebody makes by keys, hundreds a minute in each of ten calls, is bounded; those of a full house of people have lines of their own', () => {
    const { log, until, lines, text } = listen({ level: 'info', callsPerMinute: 10 });
    const turn = (n: number): void => {
      logCallEvent(log, {
        callId: `call-${n % 10}`,
        atMs: ms(0),
        kind: 'barge-in',
        turnId: n,
        decision: 'abort',
        why: 'dtmf',
        decidedMs: ms(0),
      });
      logCallEvent(log, {
        callId: `call-${n % 10}`,
        atMs: ms(0),
        kind: 'turn-closed',
        turnId: n,
        source: 'llm',
        outcome: 'interrupted',
        callerText: '1',
        botText: 'Hello.',
        heardText: '',
        stages: {},
      });
    };
    for (let minute = 0; minute < 10; minute++) {
      until(minute * 60_000);
      for (let n = 0; n < 200; n++) turn(n);
    }
    expect(lines()).toHaveLength(10 * 200 * 2);
    for (let second = 0; second < 3_000; second++) {
      until(600_000 + second * 1_000);
      for (let n = 0; n < 50; n++) turn(n);
    }
    sumUpLog(log);
    expect(text().length).toBeLessThan(8_000_000);
    const told = lines()
      .filter(({ msg }) => msg === 'barge in')
      .reduce((sum, { times }) => sum + (typeof times === 'number' ? times : 1), 0);
    expect(told).toBe(10 * 200 + 3_000 * 50);
  });
});
