import { AppError } from '#domain/errors';
import { ms } from '#domain/units';
import {
  createActionRunner,
  openActionKit,
  type ActionRequest,
  type ActionResult,
  type ChatMessage,
  type ReplyPart,
  type ToolCall,
  type ToolSpec,
} from '#pipeline';
import { CallHarness } from './call-harness.ts';

/** What the model was asked. */
export interface Asked {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
}

/** A part of a scripted reply: words, calls of tools, or the end of a stream that breaks off or falls silent. */
export type ScriptedPart = string | readonly Partial<ToolCall>[] | { readonly ends: 'breaks-off' | 'falls-silent' };

/** A call with a capable LLM that says, and calls for, what is scripted: one reply after the other. */
export class ToolBot {
  readonly call: CallHarness;
  readonly asked: Asked[] = [];
  readonly performed: ActionRequest[] = [];
  /** A reply beyond the last is "I see." */
  replies: readonly (readonly ScriptedPart[])[] = [];
  result: ActionResult = { kind: 'done', values: { free: 'all day' } };
  /** An action. */
  takesMs = 50;
  /** The model, to its first word. */
  firstTokenMs = 150;

  constructor(persona: Record<string, unknown>) {
    this.call = new CallHarness({ persona });
  }

  /** Answered, greeted, and 3 s old. */
  async start(): Promise<this> {
    const { call } = this;
    const { kit } = await openActionKit([call.persona], {
      directory: '.',
      dataDir: 'data/never-used',
      allowHosts: ['api.example.com'],
      secretOf: () => undefined,
      wallMs: () => call.clock.wallMs(),
      log: { info: () => undefined, error: () => undefined },
    });
    const tools = kit.actionsOf(call.persona);
    const actions = createActionRunner(tools, {
      callId: 'call-1',
      clock: call.clock,
      schedule: call.clock.schedule,
      emit: (event) => call.events.push({ ...event, atMs: call.clock.nowMs() }),
      log: { error: () => undefined },
      performerOf: () => ({
        kind: 'module',
        perform: async (request) => {
          this.performed.push(request);
          await call.clock.wait(ms(this.takesMs));
          return this.result;
        },
      }),
    });
    const replyWithTools = (messages: readonly ChatMessage[], specs: readonly ToolSpec[], signal: AbortSignal) =>
      this.#reply(messages, specs, signal);
    Object.assign(call.llm, { capable: true, replyWithTools });
    call.start({ tools, actions });
    await call.runUntil(ms(3_000));
    return this;
  }

  /** The caller says it in 300 ms and waits until the bot is through; returns what was heard of the last turn. */
  async says(text: string): Promise<string> {
    const { call } = this;
    const turns = call.all('turn-closed').length;
    call.callerSays(text, { atMs: ms(call.clock.nowMs() + 300) });
    const untilMs = call.clock.nowMs() + 20_000;
    while (call.clock.nowMs() < untilMs && (call.all('turn-closed').length <= turns || call.leg.isBotSpeaking))
      await call.runUntil(ms(call.clock.nowMs() + 100));
    return call.all('turn-closed').at(-1)?.heardText ?? '';
  }

  async *#reply(messages: readonly ChatMessage[], specs: readonly ToolSpec[], signal: AbortSignal): AsyncGenerator<ReplyPart> {
    const reply = this.replies[this.asked.length] ?? ['I see.'];
    this.asked.push({ messages, tools: specs });
    await this.call.clock.wait(ms(this.firstTokenMs), signal);
    for (const part of reply) {
      if (typeof part === 'string') yield { kind: 'text', delta: part };
      else if ('ends' in part) {
        if (part.ends === 'falls-silent') await this.call.clock.wait(ms(1e9), signal);
        throw new AppError('LLM_CUT', 'the stream broke off');
      } else yield { kind: 'calls', calls: part.map(({ id = 'c1', name = '', argumentsText = '{}' }) => ({ id, name, argumentsText })) };
    }
  }
}
