import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEventBody } from '#domain/call-event';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import { ms, ratio, samples, type Ms } from '#domain/units';
import { Conversation } from './conversation.ts';
import type { ConversationAction, ConversationInput } from './conversation/messages.ts';
import type { ActionResult } from './dialogue/actions/action.ts';
import { civilTime } from './dialogue/forms/civil-time.ts';
import { pipelineOptions } from './options.ts';
import { personaSchema, type Persona } from './persona.ts';
import type { SttEvent } from './ports.ts';

const TEXTS = [
  '',
  'yes',
  'mhm',
  'okay',
  'what time is breakfast?',
  'one two three',
  'I want',
  'bye',
  'stop',
  'two people',
  'I would like to know how far it is to the station',
  'no',
  'hello',
  'book a table',
  'tomorrow',
  'for two people tomorrow',
  'never mind',
  'actually three people',
  'Hello, how can I help you?',
  'wait a moment please',
];
const text = fc.constantFrom(...TEXTS);
/** 0 stands for the turn that was heard of last. */
const turnId = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) });
const small = fc.integer({ min: 0, max: 6 });

const media: fc.Arbitrary<LegMediaEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('voice-started' as const),
    spurtId: small,
    atMs: fc.constant(0),
    startedAtMs: fc.constant(0),
    botSpeaking: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('caller-audio' as const), spurtId: small, atMs: fc.constant(0), pcm: fc.constant(new Int16Array(1_280)) }),
  fc.record({
    kind: fc.constant('voice-stopped' as const),
    spurtId: small,
    atMs: fc.constant(0),
    lastVoiceAtMs: fc.constant(0),
    voicedMs: fc.constantFrom(100, 900),
  }),
  fc.record({
    kind: fc.constantFrom('playout-ducked' as const, 'playout-resumed' as const, 'playout-started' as const, 'playout-finished' as const),
    turnId,
    atMs: fc.constant(0),
  }),
  fc.record({ kind: fc.constant('playout-paused' as const), turnId, spurtId: small, atMs: fc.constant(0) }),
  fc.record({
    kind: fc.constant('playout-progress' as const),
    turnId,
    pieceId: small,
    playedSamples: fc.integer({ min: 0, max: 200_000 }).map(samples),
    atMs: fc.constant(0),
  }),
  fc.record({
    kind: fc.constant('playout-queue' as const),
    turnId,
    queuedSamples: fc.integer({ min: 0, max: 200_000 }).map(samples),
    atMs: fc.constant(0),
  }),
  fc.record({
    kind: fc.constant('dtmf' as const),
    digit: fc.constantFrom('1', '5', '#', '*', 'x'),
    durationMs: fc.constant(80),
    atMs: fc.constant(0),
  }),
  fc.record({
    kind: fc.constant('caller-text' as const),
    text: fc.constantFrom('Where is the pool?', 'goodbye', '', ' ', 'x'.repeat(2_000)),
    atMs: fc.constant(0),
  }),
  fc.record({ kind: fc.constant('held' as const), held: fc.boolean(), atMs: fc.constant(0) }),
  fc.record({ kind: fc.constant('caller-muted' as const), muted: fc.boolean(), atMs: fc.constant(0) }),
  fc.record({ kind: fc.constant('uplink-dropped' as const), samples: fc.constant(samples(160)), atMs: fc.constant(0) }),
);
const stt: fc.Arbitrary<SttEvent> = fc.oneof(
  fc.record({ kind: fc.constant('partial' as const), text }),
  fc.record({
    kind: fc.constant('final' as const),
    pause: small,
    text,
    confidence: fc.constantFrom(ratio(0.1), ratio(0.9)),
    noSpeech: fc.constant(0),
    audioMs: fc.constant(900),
    decodeMs: fc.constant(150),
  }),
  fc.record({
    kind: fc.constant('turn-probability' as const),
    pause: small,
    probability: fc.constantFrom(0.01, 0.6, 0.99),
    silenceMs: fc.constant(200),
  }),
  fc.record({ kind: fc.constant('fault' as const), code: fc.constant('STT_UNREACHABLE'), message: fc.constant('gone') }),
);
const stray: fc.Arbitrary<ConversationInput> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('media' as const), event: media }) },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('stt' as const), event: stt }) },
  fc.record({ kind: fc.constantFrom('llm-done' as const), turnId }),
  fc.record({ kind: fc.constant('llm-text' as const), turnId, delta: text }),
  fc.record({ kind: fc.constantFrom('llm-failed' as const, 'match-failed' as const), turnId, code: fc.constant('X_FAILED') }),
  fc.record({ kind: fc.constant('pcm' as const), turnId, pieceId: small, pcm: fc.constant(new Int16Array(4_800)) }),
  fc.record({ kind: fc.constant('piece-made' as const), turnId, pieceId: small }),
  fc.record({ kind: fc.constant('piece-failed' as const), turnId, pieceId: small, code: fc.constant('TTS_FAILED') }),
  fc.record({ kind: fc.constant('action-result' as const), actionId: small, result: fc.constant({ kind: 'done', values: {} } as const) }),
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('say-goodbye' as const),
      text: fc.constant('Goodbye.'),
      reason: fc.constant({ by: 'operator', code: 'shutdown' } as const),
    }),
  },
);
/** A step: time passes, something comes out of the blue, or a service does what it was asked for. */
const step = fc.record({
  afterMs: fc.constantFrom(0, 20, 100, 250, 500, 1_000, 4_000),
  serve: fc.constantFrom(0, 1, 3, 20),
  /** What recognition makes of a pause. */
  says: text,
  input: fc.option(stray, { nil: undefined }),
});

/** Drives a core with stray inputs, well-behaved services and time, and keeps what it did. */
class Driver {
  readonly core: Conversation;
  readonly actions: ConversationAction[] = [];
  nowMs: Ms = 0;
  lastTurnId = 0;
  says = '';
  #pending: ConversationInput[] = [];

  constructor(persona: Persona, llmCapable: boolean, phrases: readonly string[]) {
    this.core = new Conversation({
      persona,
      options: pipelineOptions.parse({}),
      llmCapable,
      hasPhrase: (phrase) => phrases.includes(phrase),
      callId: 'call-1',
      civilTime: () => civilTime(0, 'UTC'),
    });
  }

  feed(input: ConversationInput): void {
    const actions = this.core.handle(this.nowMs, input);
    this.actions.push(...actions);
    for (const action of actions) {
      if (action.kind === 'speak') this.lastTurnId = action.turnId;
      this.#pending.push(...served(action, this.says));
    }
  }

  serve(count: number): void {
    for (const input of this.#pending.splice(0, count)) this.feed(at(input, this.nowMs, this.lastTurnId));
  }

  pass(durationMs: Ms): void {
    const untilMs = this.nowMs + durationMs;
    for (let atMs = this.core.wakeAtMs; atMs !== undefined && atMs <= untilMs; atMs = this.core.wakeAtMs) {
      this.nowMs = ms(Math.max(this.nowMs, atMs));
      this.feed({ kind: 'wake' });
      const next = this.core.wakeAtMs;
      if (next !== undefined && next < this.nowMs) throw new Error(`a deadline in the past is kept: ${next} at ${this.nowMs}`);
    }
    this.nowMs = ms(untilMs);
  }

  events<Kind extends CallEventBody['kind']>(kind: Kind): readonly Extract<CallEventBody, { kind: Kind }>[] {
    return this.actions.flatMap((action) =>
      action.kind === 'emit' && action.event.kind === kind ? [action.event as Extract<CallEventBody, { kind: Kind }>] : [],
    );
  }
}

function served(action: ConversationAction, says: string): readonly ConversationInput[] {
  switch (action.kind) {
    case 'match':
      if (action.text.startsWith('book'))
        return [
          {
            kind: 'matched',
            turnId: action.turnId,
            match: { kind: 'answer', entryId: 'table', answer: '', action: 'start-form', score: ratio(0.9) },
          },
        ];
      return [
        {
          kind: 'matched',
          turnId: action.turnId,
          match: { kind: 'answer', entryId: 'a', answer: 'Breakfast is at seven. Please come.', score: ratio(0.9) },
        },
      ];
    case 'ask-llm':
      return [
        { kind: 'llm-text', turnId: action.turnId, delta: 'It is not far at all. ' },
        { kind: 'llm-done', turnId: action.turnId },
      ];
    case 'speak':
      return [
        { kind: 'pcm', turnId: action.turnId, pieceId: action.pieceId, pcm: new Int16Array(12_000) },
        { kind: 'piece-made', turnId: action.turnId, pieceId: action.pieceId },
      ];
    case 'stt-pause':
      return [
        { kind: 'stt', event: { kind: 'turn-probability', pause: action.pause, probability: ratio(0.7), silenceMs: ms(200) } },
        {
          kind: 'stt',
          event: {
            kind: 'final',
            pause: action.pause,
            text: says,
            confidence: ratio(0.9),
            noSpeech: ratio(0),
            audioMs: ms(900),
            decodeMs: ms(100),
          },
        },
      ];
    case 'run-action':
      return [
        { kind: 'action-result', actionId: action.request.actionId, result: RESULTS[action.request.actionId % RESULTS.length] ?? DONE },
      ];
    case 'media':
      return played(action.command);
    case 'cancel-turn':
    case 'emit':
    case 'end-leg':
    case 'open-stt':
    case 'read-tone':
    case 'stop-llm':
    case 'stt-audio':
    case 'stt-expect':
    case 'stt-judge':
    case 'stt-reset':
      return [];
  }
}

const DONE: ActionResult = { kind: 'done', values: {} };
const RESULTS: readonly ActionResult[] = [
  DONE,
  { kind: 'refused', code: 'taken', slot: 'date', values: {}, offers: ['1970-01-05', '1970-01-06'] },
  { kind: 'failed', code: 'x', detail: '', mayHaveHappened: true },
];
const FORM = {
  forms: [
    {
      id: 'table',
      asked: ['book a table'],
      complete: 'book',
      readBack: '{date} for {people}. Right?',
      slots: [
        { name: 'date', type: 'date', prompt: 'When?' },
        { name: 'people', type: 'count', prompt: 'How many?' },
      ],
    },
  ],
  actions: [{ name: 'book', kind: 'module', file: 'a.ts', otherwise: 'take-message' }],
};

function played(command: LegMediaCommand): readonly ConversationInput[] {
  const atMs = ms(0);
  if (command.kind === 'play-end') return [{ kind: 'media', event: { kind: 'playout-finished', turnId: command.turnId, atMs } }];
  if (command.kind !== 'play') return [];
  const { turnId: played, pieceId, pcm } = command;
  return [
    { kind: 'media', event: { kind: 'playout-started', turnId: played, atMs } },
    { kind: 'media', event: { kind: 'playout-progress', turnId: played, pieceId, playedSamples: samples(pcm.length), atMs } },
  ];
}

/** Puts in the time, and the turn meant by 0. */
function at(input: ConversationInput, nowMs: Ms, lastTurnId: number): ConversationInput {
  if ('turnId' in input && input.turnId === 0) return { ...input, turnId: lastTurnId };
  if (input.kind !== 'media') return input;
  const turn = 'turnId' in input.event && input.event.turnId === 0 ? { turnId: lastTurnId } : {};
  const event = { ...input.event, ...turn, atMs: nowMs } as LegMediaEvent;
  if (event.kind === 'voice-started') return { kind: 'media', event: { ...event, startedAtMs: ms(nowMs - 100) } };
  if (event.kind === 'voice-stopped') return { kind: 'media', event: { ...event, lastVoiceAtMs: ms(nowMs - 200) } };
  return { kind: 'media', event };
}

describe('a conversation, whatever comes', () => {
  it('never throws, closes every turn exactly once, counts turns upwards and plays nothing of a turn that is over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('knowledge' as const, 'chat' as const),
        fc.boolean(),
        fc.boolean(),
        fc.array(step, { minLength: 30, maxLength: 150, size: 'max' }),
        (mode, capable, ready, steps) => {
          const persona = personaSchema.parse({
            name: 'bot',
            mode,
            greeting: 'Hello, how can I help you?',
            ...(mode === 'knowledge' && FORM),
          });
          const driver = new Driver(persona, capable, ready ? [persona.fault, persona.greeting] : []);
          driver.feed({ kind: 'answered' });
          for (const { afterMs, serve, input, says } of steps) {
            driver.says = says;
            driver.pass(afterMs);
            if (input !== undefined) driver.feed(at(input, driver.nowMs, driver.lastTurnId));
            driver.serve(serve);
          }
          driver.feed({ kind: 'leg-ended' });
          expect(driver.core.wakeAtMs).toBeUndefined();
          const opened = driver.events('turn-opened').map(({ turnId: id }) => id);
          const closed = driver.events('turn-closed').map(({ turnId: id }) => id);
          expect(closed).toEqual(opened);
          expect(opened).toEqual([...new Set(opened)].toSorted((a, b) => a - b));
          expectNothingStale(driver.actions);
          const requests = driver.actions.flatMap((action) => (action.kind === 'run-action' ? [action.request] : []));
          for (const { authority } of requests)
            expect(authority).toMatchObject({ by: 'caller', readBack: expect.stringMatching(/Right\?$/) });
          expect(requests.map(({ actionId }) => actionId)).toEqual(requests.map((_, index) => index + 1));
        },
      ),
      { numRuns: 300 },
    );
  });
});

function expectNothingStale(actions: readonly ConversationAction[]): void {
  let over = 0;
  let open = 0;
  for (const action of actions) {
    if (action.kind === 'emit' && action.event.kind === 'turn-opened') open = action.event.turnId;
    if (action.kind === 'emit' && action.event.kind === 'turn-closed') over = action.event.turnId;
    if (action.kind !== 'media') continue;
    const { command } = action;
    if (command.kind === 'abort-turn') over = Math.max(over, command.turnId);
    if (command.kind === 'play' || command.kind === 'play-end') {
      expect(command.turnId).toBeGreaterThan(over);
      expect(command.turnId).toBe(open);
    }
  }
}
