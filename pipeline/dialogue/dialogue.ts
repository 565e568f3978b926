import { unreachable } from '#domain/assert';
import type { AnswerSource } from '#domain/turn';
import type { KnowledgeMatch } from '../ports.ts';
import type { Persona } from '../persona.ts';
import { asksToWait, type Wait } from '../text/attention.ts';
import { askedBy, isGoodbye, isYesNo, type Asked } from '../text/completeness.ts';
import { wordsOf } from '../text/words.ts';

export type Detail = Readonly<Record<string, string | number | boolean>>;

/** How a turn of the caller is answered. Making a plan changes nothing, so that it can be made on speculation. */
export type ReplyPlan =
  | {
      readonly kind: 'say';
      readonly texts: readonly string[];
      readonly source: AnswerSource;
      readonly followUp: 'go-on' | 'hang-up' | 'take-message';
      /** Entries that the caller is asked to choose between. */
      readonly expecting: readonly string[];
      /** The caller's words are a message for somebody. */
      readonly message?: string;
      /** It answers nothing: what was asked, and what can be said again, stays as it was. */
      readonly aside?: Wait;
      readonly detail: Detail;
    }
  | { readonly kind: 'match'; readonly expecting: readonly string[] }
  | { readonly kind: 'llm'; readonly facts: readonly string[]; readonly detail: Detail };

/** What the conversation is about to expect from the caller, and what the bot says to what it hears. */
export class Dialogue {
  readonly #persona: Persona;
  readonly #llmCapable: boolean;
  #expecting: readonly string[] = [];
  #takesMessage = false;
  #before: { readonly expecting: readonly string[]; readonly takesMessage: boolean } = { expecting: [], takesMessage: false };
  #asked: Asked = 'nothing';
  #lastTexts: readonly string[] = [];

  constructor(persona: Persona, llmCapable: boolean) {
    this.#persona = persona;
    this.#llmCapable = llmCapable;
  }

  /** What the bot's last words asked for. */
  get asked(): Asked {
    return this.#asked;
  }

  plan(callerText: string): ReplyPlan {
    const wait = asksToWait(callerText);
    if (wait !== undefined) {
      const followUp = this.#takesMessage && wait === 'hold' ? 'take-message' : 'go-on';
      return say([wait === 'hold' ? this.#persona.holding : this.#persona.stopped], 'dialogue', { aside: wait, followUp, expecting: this.#expecting, detail: { rule: wait } });
    }
    if (this.#takesMessage && !declines(callerText)) {
      return say([this.#persona.takeMessage.thanks], 'dialogue', { message: callerText, detail: { rule: 'message' } });
    }
    if (isGoodbye(callerText)) {
      const entry = this.#persona.mode === 'knowledge' ? this.#persona.knowledge.find(({ action }) => action === 'hang-up') : undefined;
      const detail: Detail = entry === undefined ? { rule: 'goodbye' } : { rule: 'goodbye', entry: entry.id };
      return say([entry?.answer ?? this.#persona.goodbye], entry === undefined ? 'dialogue' : 'knowledge', { followUp: 'hang-up', detail });
    }
    return this.#persona.mode === 'knowledge' ? { kind: 'match', expecting: this.#expecting } : { kind: 'llm', facts: [], detail: {} };
  }

  planMatch(match: KnowledgeMatch): ReplyPlan {
    const score = round(match.score);
    switch (match.kind) {
      case 'answer':
        return this.#planAnswer(match, { entry: match.entryId, score });
      case 'ask-which':
        return say([match.question], 'knowledge', { expecting: match.entryIds, detail: { askWhich: match.entryIds.join(' '), score } });
      case 'none':
        return this.#llmCapable ? { kind: 'llm', facts: match.facts, detail: { score } } : say([this.#persona.unsure], 'dialogue', { detail: { rule: 'unsure', score } });
    }
  }

  #planAnswer({ action, answer }: Extract<KnowledgeMatch, { kind: 'answer' }>, detail: Detail): ReplyPlan {
    switch (action) {
      case 'hang-up':
        return say([answer], 'knowledge', { followUp: 'hang-up', detail });
      case 'take-message':
        return say(unique([answer, this.#persona.takeMessage.ask]), 'knowledge', { followUp: 'take-message', detail });
      case 'repeat':
        return say(this.#lastTexts.length > 0 ? this.#lastTexts : [answer], 'knowledge', { detail });
      case undefined:
        return say([answer], 'knowledge', { detail });
      default:
        return unreachable(action);
    }
  }

  /** Knowledge cannot be asked: what is left. Undefined: nothing, and a fault has to be said. */
  planWithoutMatch(): ReplyPlan | undefined {
    return this.#llmCapable ? { kind: 'llm', facts: [], detail: { rule: 'no-knowledge' } } : undefined;
  }

  /** The answer to this plan is being said for good. */
  applied(plan: ReplyPlan): void {
    if (plan.kind === 'match') return;
    this.#before = { expecting: this.#expecting, takesMessage: this.#takesMessage };
    this.#expecting = plan.kind === 'say' ? plan.expecting : [];
    this.#takesMessage = plan.kind === 'say' && plan.followUp === 'take-message';
  }

  /** The answer was taken back before it was heard. */
  takenBack(): void {
    this.#expecting = this.#before.expecting;
    this.#takesMessage = this.#before.takesMessage;
  }

  /** The bot has said this to its end, or what of it was heard. */
  said(text: string): void {
    this.#asked = this.#takesMessage ? 'message' : askedBy(text);
  }

  /** What the caller would mean by "say that again". */
  repeatable(texts: readonly string[]): void {
    this.#lastTexts = texts;
  }
}

export function say(
  texts: readonly string[],
  source: AnswerSource,
  more: Partial<Pick<Extract<ReplyPlan, { kind: 'say' }>, 'followUp' | 'expecting' | 'message' | 'aside' | 'detail'>> = {},
): Extract<ReplyPlan, { kind: 'say' }> {
  return { kind: 'say', texts, source, followUp: 'go-on', expecting: [], detail: {}, ...more };
}

/** Whether somebody who was asked for a message does not want to leave one. */
function declines(text: string): boolean {
  if (isGoodbye(text)) return true;
  const words = wordsOf(text);
  return (isYesNo(text) && ['no', 'nope', 'nah', 'never', 'not'].includes(words[0] ?? '')) || /^(never mind|forget it)\b/.test(words.join(' '));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function round(score: number): number {
  return Math.round(score * 1000) / 1000;
}
