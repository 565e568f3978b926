import type { ChatMessage } from '../ports.ts';

export interface Exchange {
  readonly caller: string;
  /** What was heard of the answer, not what was meant to be said. */
  readonly bot: string;
}

/** The last exchanges of a call, as the LLM is told them: what the caller did not hear was not said. */
export class History {
  readonly #capacity: number;
  readonly #exchanges: Exchange[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** `bot` may be cut. An exchange without any words is not kept. */
  add(exchange: Exchange): void {
    if (exchange.caller === '' && exchange.bot === '') return;
    this.#exchanges.push(exchange);
    while (this.#exchanges.length > this.#capacity) this.#exchanges.shift();
  }

  /** Takes the last exchange back: its caller's words turn out to be the beginning of longer ones. */
  takeBack(): void {
    this.#exchanges.pop();
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  /**
   * The prompt for an answer to `callerText`. The system prompt stays the same byte for byte and everything else is
   * appended, so that a server's prefix cache keeps hitting; facts, and a note about the caller, therefore go with the question.
   */
  messages(systemPrompt: string, callerText: string, facts: readonly string[] = [], note?: string): readonly ChatMessage[] {
    const messages: ChatMessage[] = systemPrompt === '' ? [] : [{ role: 'system', content: systemPrompt }];
    for (const { caller, bot } of this.#exchanges) {
      if (caller !== '') append(messages, 'user', caller);
      if (bot !== '' && messages.some(({ role }) => role === 'user')) append(messages, 'assistant', bot);
    }
    const question = facts.length === 0 ? callerText : withFacts(callerText, facts);
    append(messages, 'user', note === undefined ? question : `${note}\n\n${question}`);
    return messages;
  }
}

/** Roles take turns and the user begins: many chat templates refuse anything else. */
function append(messages: ChatMessage[], role: 'user' | 'assistant', content: string): void {
  const last = messages.at(-1);
  if (last?.role === role) messages[messages.length - 1] = { role, content: `${last.content}\n${content}` };
  else messages.push({ role, content });
}

function withFacts(callerText: string, facts: readonly string[]): string {
  return `Facts you may use, and nothing beyond them:\n${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${callerText}`;
}
