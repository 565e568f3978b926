import { describe, expect, it } from 'vitest';
import type { CallEventBody } from '#domain/call-event';
import { ms } from '#domain/units';
import type { ActionRequest, ActionResult } from '../../dialogue/actions/action.ts';
import { declared } from '../../dialogue/actions/testing/declared.ts';
import { createActionRunner, type ActionRunnerDeps, type Performer } from './action-runner.ts';

const YES: ActionRequest['authority'] = { by: 'caller', readBack: 'The room for two, right?', answer: 'yes' };
const BOOK = declared(
  { name: 'book', kind: 'module', file: 'a.ts', timeoutMs: 1000 },
  { people: 'number', pin: 'secret', note: 'optional' },
);
const NEVER = new AbortController().signal;

function harness(perform: (request: ActionRequest, signal: AbortSignal) => Promise<ActionResult>, actions = [BOOK]) {
  let nowMs = 0;
  let timers: { atMs: number; run: () => void }[] = [];
  const events: CallEventBody[] = [];
  const performed: ActionRequest[] = [];
  const performer: Performer = {
    kind: 'module',
    perform: (request, _callId, signal) => (performed.push(request), perform(request, signal)),
  };
  const deps: ActionRunnerDeps = {
    callId: 'call-1',
    clock: { nowMs: () => ms(nowMs), wallMs: () => nowMs },
    schedule: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
    emit: (event) => events.push(event),
    log: { error: () => undefined },
    performerOf: () => performer,
  };
  return {
    runner: createActionRunner(actions, deps),
    events,
    performed,
    async pass(forMs: number) {
      const untilMs = nowMs + forMs;
      for (;;) {
        const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        nowMs = next.atMs;
        timers = timers.filter((each) => each !== next);
        next.run();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
    get timers() {
      return timers.length;
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function request(more: Partial<ActionRequest> = {}): ActionRequest {
  return { actionId: 1, name: 'book', args: { people: 2, pin: '4711' }, authority: YES, idempotencyKey: 'key-1', ...more };
}

const done = async (): Promise<ActionResult> => ({ kind: 'done', values: { reference: 'HI-7', pin: '4711' } });

describe('createActionRunner', () => {
  it('performs what was confirmed, and records it with secrets masked', async () => {
    const { runner, events, performed } = harness(done);
    expect(
      await runner.run(request({ authority: { by: 'caller', readBack: 'PIN 4711 for two?', answer: 'yes, 4711' } }), NEVER),
    ).toMatchObject({ kind: 'done' });
    expect(performed[0]?.args).toEqual({ people: 2, pin: '4711' });
    expect(events).toEqual([
      {
        kind: 'action-started',
        actionId: 1,
        name: 'book',
        args: { people: 2, pin: '[masked]' },
        authority: { by: 'caller', readBack: 'PIN [masked] for two?', answer: 'yes, [masked]' },
      },
      { kind: 'action-ended', actionId: 1, name: 'book', outcome: 'done', values: { reference: 'HI-7', pin: '[masked]' }, tookMs: 0 },
    ]);
  });

  it.each<[string, Partial<ActionRequest>, string]>([
    ['is not declared', { name: 'wire-money' }, 'unknown-action'],
    ['is not confirmed', { authority: { by: 'declaration' } }, 'not-confirmed'],
    ['is confirmed by nothing that was said', { authority: { by: 'caller', readBack: '', answer: '' } }, 'not-confirmed'],
    ['lacks an argument', { args: { people: 2 } }, 'bad-arguments'],
    ['has one of another type', { args: { people: '2', pin: 'x' } }, 'bad-arguments'],
    ['has one out of range', { args: { people: 21, pin: 'x' } }, 'bad-arguments'],
    ['has one too many', { args: { people: 2, pin: 'x', price: 0 } }, 'bad-arguments'],
    ['hides one in the prototype', { args: { people: 2, pin: 'x', ['__proto__']: 1 } }, 'bad-arguments'],
  ])('does not begin what %s', async (_what, more, code) => {
    const { runner, events, performed } = harness(done);
    expect(await runner.run(request(more), NEVER)).toMatchObject({ kind: 'failed', code, mayHaveHappened: false });
    expect(performed).toEqual([]);
    expect(events.map(({ kind }) => kind)).toEqual(['action-ended']);
  });

  it('does not begin when the turn is over', async () => {
    const { runner, events } = harness(done);
    expect(await runner.run(request(), AbortSignal.abort())).toMatchObject({ kind: 'failed', code: 'cancelled', mayHaveHappened: false });
    expect(events).toEqual([]);
  });

  it('finishes what it began, though the turn is broken off', async () => {
    const answer = Promise.withResolvers<ActionResult>();
    let given: AbortSignal | undefined;
    const { runner, events } = harness((_request, signal) => ((given = signal), answer.promise));
    const turn = new AbortController();
    const result = runner.run(request(), turn.signal);
    turn.abort();
    await settle();
    expect(given?.aborted).toBe(false);
    answer.resolve({ kind: 'done', values: {} });
    expect(await result).toEqual({ kind: 'done', values: {} });
    expect(events.map(({ kind }) => kind)).toEqual(['action-started', 'action-ended']);
  });

  it('gives up at the time-out, and tells later what came of it', async () => {
    const answer = Promise.withResolvers<ActionResult>();
    const call = harness(() => answer.promise);
    const result = call.runner.run(request(), NEVER);
    await call.pass(1050);
    expect(await result).toMatchObject({ kind: 'failed', code: 'timeout', mayHaveHappened: true });
    answer.resolve({ kind: 'done', values: { reference: 'HI-8' } });
    await call.pass(0);
    expect(call.events.slice(1)).toMatchObject([
      { outcome: 'failed', code: 'timeout', mayHaveHappened: true, tookMs: 1050 },
      { outcome: 'done', values: { reference: 'HI-8' }, late: true, tookMs: 1050 },
    ]);
  });

  it('takes the word of whoever answers the time-out', async () => {
    const call = harness(
      (_request, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ kind: 'failed', code: 'timeout', detail: '', mayHaveHappened: false })),
        ),
    );
    const result = call.runner.run(request(), NEVER);
    await call.pass(1000);
    expect(await result).toMatchObject({ code: 'timeout', mayHaveHappened: false });
    await call.pass(1000);
    expect(call.events).toHaveLength(2);
    expect(call.timers).toBe(0);
  });

  it('never throws', async () => {
    const { runner } = harness(async () => {
      throw new Error('broken');
    });
    expect(await runner.run(request(), NEVER)).toMatchObject({ kind: 'failed', code: 'internal-error', mayHaveHappened: true });
  });
});

describe('built-in actions', () => {
  it('takes a message, without its secrets', async () => {
    const { runner, events } = harness(done, [
      declared({ name: 'note', kind: 'take-message', text: '{who}, {pin}: {gone}', confirm: false }, { who: 'text', pin: 'secret' }),
    ]);
    await runner.run(request({ name: 'note', args: { who: 'Mountain View', pin: '1' }, authority: { by: 'declaration' } }), NEVER);
    expect(events[1]).toEqual({ kind: 'message-taken', text: 'Mountain View, [masked]: ' });
  });

  it('sets a fact', async () => {
    const { runner } = harness(done, [
      declared({ name: 'fact', kind: 'set-fact', fact: 'room', value: 'room {number}' }, { number: 'number' }),
    ]);
    expect(await runner.run(request({ name: 'fact', args: { number: 7 }, authority: { by: 'declaration' } }), NEVER)).toEqual({
      kind: 'done',
      values: { room: 'room 7' },
    });
  });

  it('says so where a call cannot send digits', async () => {
    const { runner } = harness(done, [declared({ name: 'door', kind: 'send-digits', digits: '5#' })]);
    expect(await runner.run(request({ name: 'door', args: {} }), NEVER)).toMatchObject({
      kind: 'failed',
      code: 'not-available',
      mayHaveHappened: false,
    });
  });
});
