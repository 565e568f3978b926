import type { ChatMessage } from '../ports.ts';
import type { LlmLimits } from './llm-limits.ts';

/** The conversation for templates that know no system role, or that want user and assistant to take turns, the user first; core. */
export function plainer(messages: readonly ChatMessage[], limits: LlmLimits): readonly ChatMessage[] {
  const withoutSystem = limits.has('system') ? systemAsUser(messages) : messages;
  return limits.has('roles') ? alternating(withoutSystem) : withoutSystem;
}

function systemAsUser(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return merged(messages.map((message) => (message.role === 'system' ? { ...message, role: 'user' as const } : message)));
}

function alternating(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const system = messages.filter(({ role }) => role === 'system');
  const rest = messages.filter(({ role }) => role !== 'system');
  // The greeting came first in the call; here it is what the silent line was answered with.
  const opening: readonly ChatMessage[] = rest[0]?.role === 'assistant' ? [{ role: 'user', content: '(The telephone rings.)' }] : [];
  return [...merged(system), ...merged([...opening, ...rest])];
}

/** Neighbours of one role become one message; what belongs to a tool call stays as it is. */
function merged(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const out: ChatMessage[] = [];
  for (const message of messages) {
    const last = out.at(-1);
    const isPlain = (one: ChatMessage): boolean => one.toolCalls === undefined && one.toolCallId === undefined;
    if (last !== undefined && last.role === message.role && isPlain(last) && isPlain(message))
      out[out.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` };
    else out.push(message);
  }
  return out;
}
