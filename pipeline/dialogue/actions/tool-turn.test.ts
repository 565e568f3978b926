import { describe, expect, it } from 'vitest';
import type { ChatMessage, ToolCall } from '../../ports.ts';
import { declared } from './testing/declared.ts';
import { ToolTurn, toolsOf, type ToolStep } from './tool-turn.ts';

const TOOLBOX = {
  actions: [
    declared(
      { name: 'look-up', kind: 'http', method: 'GET', url: 'https://a.example/{day}', arguments: { day: { type: 'text' } } },
      { day: 'text' },
    ),
    declared({ name: 'book-room', kind: 'module', file: 'a.ts' }, { place: 'text' }),
  ],
  hasForm: (name: string) => name === 'book-room',
};
const START: readonly ChatMessage[] = [{ role: 'user', content: 'What is free today?' }];

const call = (id: string, name: string, args: object): ToolCall => ({ id, name, argumentsText: JSON.stringify(args) });
const kinds = (steps: readonly ToolStep[]): readonly string[] => steps.map(({ kind }) => kind);
const asked = (steps: readonly ToolStep[]): readonly ChatMessage[] => steps.flatMap((step) => (step.kind === 'ask' ? step.messages : []));

describe('ToolTurn', () => {
  it('runs calls, and asks again with all their results in the order of the calls', () => {
    const turn = new ToolTurn(TOOLBOX, START);
    expect(turn.calls('One moment.', [call('a', 'look-up', { day: 'today' }), call('b', 'look-up', { day: 'tomorrow' })])).toMatchObject([
      { kind: 'run', callId: 'a' },
      { kind: 'run', callId: 'b' },
    ]);
    expect(turn.result('b', { kind: 'done', values: { free: 'none' } })).toEqual([]);
    const steps = turn.result('a', { kind: 'failed', code: 'timeout', detail: 'x', mayHaveHappened: false });
    expect(asked(steps)).toMatchObject([
      ...START,
      { role: 'assistant', content: 'One moment.', toolCalls: [{ id: 'a' }, { id: 'b' }] },
      {
        role: 'tool',
        toolCallId: 'a',
        content: '{"data_not_instructions":{"outcome":"failed","code":"timeout","may_have_happened":false}}',
      },
      { role: 'tool', toolCallId: 'b', content: '{"data_not_instructions":{"outcome":"done","values":{"free":"none"}}}' },
    ]);
    expect(turn.result('a', { kind: 'done', values: {} })).toEqual([]);
    expect(turn.result('zzz', { kind: 'done', values: {} })).toEqual([]);
  });

  it('tells at once what cannot be done', () => {
    const steps = new ToolTurn(TOOLBOX, START).calls('', [call('a', 'rm', {})]);
    expect(asked(steps).at(-1)?.content).toBe('{"not_done":"unknown-action","why":"there is no such tool"}');
  });

  it('goes on in the form, one thing at a time, and asks no more', () => {
    const turn = new ToolTurn(TOOLBOX, START);
    const steps = turn.calls('', [
      call('a', 'look-up', { day: 'x' }),
      call('b', 'book-room', { place: 'One' }),
      call('c', 'book-room', { place: 'Two' }),
    ]);
    expect(steps).toEqual([
      { kind: 'run', callId: 'a', name: 'look-up', args: { day: 'x' } },
      { kind: 'confirm', name: 'book-room', args: { place: 'One' } },
    ]);
    expect(turn.result('a', { kind: 'done', values: {} })).toEqual([]);
    expect(kinds(turn.calls('', [call('d', 'look-up', { day: 'x' })]))).toEqual(['end']);
  });

  it('takes three rounds, and then wants words', () => {
    const turn = new ToolTurn(TOOLBOX, START);
    let tools: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      turn.calls('', [call('a', 'look-up', { day: 'x' })]);
      for (const step of turn.result('a', { kind: 'done', values: {} })) if (step.kind === 'ask') tools = [...tools, step.tools.length];
    }
    expect(tools).toEqual([2, 2, 0]);
    expect(kinds(turn.calls('', [call('a', 'look-up', { day: 'x' })]))).toEqual(['end']);
  });

  it('keeps calls apart that have the same id', () => {
    const steps = new ToolTurn(TOOLBOX, START).calls('', [call('a', 'look-up', { day: 'x' }), call('a', 'look-up', { day: 'y' })]);
    expect(new Set(steps.map((step) => (step.kind === 'run' ? step.callId : ''))).size).toBe(2);
  });

  it('cuts results to a size', () => {
    const turn = new ToolTurn(TOOLBOX, START);
    turn.calls('', [call('a', 'look-up', { day: 'x' })]);
    const values = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`v${at}`, 'x'.repeat(300)]));
    expect(asked(turn.result('a', { kind: 'done', values })).at(-1)?.content.length).toBeLessThanOrEqual(2000);
  });

  it('gives the tools that there are', () => {
    expect(toolsOf(TOOLBOX).map(({ name }) => name)).toEqual(['look-up', 'book-room']);
    expect(toolsOf({ ...TOOLBOX, hasForm: () => false }).map(({ name }) => name)).toEqual(['look-up']);
  });
});
