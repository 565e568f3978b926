import { expect, it } from 'vitest';
import type { ChatMessage } from '../ports.ts';
import { LlmLimits, type LlmFeature } from './llm-limits.ts';
import { plainer } from './plainer-messages.ts';

const call: readonly ChatMessage[] = [
  { role: 'system', content: 'You are a hotel.' },
  { role: 'assistant', content: 'Good day.' },
  { role: 'user', content: 'Hello' },
  { role: 'user', content: 'any rooms?' },
];

function knowing(feature: LlmFeature): LlmLimits {
  const limits = new LlmLimits();
  limits.attempt().refusedBy(400, feature === 'system' ? 'System role not supported' : 'roles must alternate', new Set([feature]));
  return limits;
}

it('a server that refuses nothing gets the conversation as it is', () => {
  expect(plainer(call, new LlmLimits())).toBe(call);
});

it('without a system role the instructions are the first words of the user', () => {
  expect(plainer(call, knowing('system')).map(({ role, content }) => [role, content])).toEqual([
    ['user', 'You are a hotel.'],
    ['assistant', 'Good day.'],
    ['user', 'Hello\n\nany rooms?'],
  ]);
});

it('user and assistant take turns, the user first', () => {
  expect(plainer(call, knowing('roles')).map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
});

it('tool calls and their results are not merged', () => {
  const used: readonly ChatMessage[] = [
    { role: 'user', content: 'Book.' },
    { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'book', argumentsText: '{}' }] },
    { role: 'assistant', content: 'Done.' },
  ];
  expect(plainer(used, knowing('roles'))).toEqual(used);
});
