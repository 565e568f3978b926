import type { RecordedTurn } from '#bench/call/io/app-records';

/** What the bot waits for, as a caller makes it out. */
export type Question =
  /** No form has begun. */
  | { readonly kind: 'none' }
  | { readonly kind: 'slot'; readonly slot: string; readonly text: string }
  | { readonly kind: 'which'; readonly slot: string; readonly text: string }
  | { readonly kind: 'did-you-say'; readonly slot: string; readonly text: string }
  | { readonly kind: 'read-back'; readonly text: string }
  | { readonly kind: 'change'; readonly text: string }
  /** Whether to take a message instead. */
  | { readonly kind: 'message'; readonly text: string }
  /** It is doing it; nothing is to be said. */
  | { readonly kind: 'acting' }
  | { readonly kind: 'over'; readonly outcome: string };

export type HeardTurn = Pick<RecordedTurn, 'botText' | 'detail'>;

/** The wordings of a slot's question, from the persona: for a turn that does not tell what it asks. */
export interface SlotPrompts {
  readonly slot: string;
  readonly texts: readonly string[];
}

/** The open question after the bot's further turns. A knowledge answer in between leaves it as it was. */
export function questionAfter(before: Question, turns: readonly HeardTurn[], prompts: readonly SlotPrompts[]): Question {
  return turns.reduce((question, turn) => questionOf(question, turn, prompts), before);
}

function questionOf(before: Question, { botText, detail }: HeardTurn, prompts: readonly SlotPrompts[]): Question {
  const ended = detail?.['formEnded'];
  if (typeof ended === 'string') return { kind: 'over', outcome: ended };
  const asks = detail?.['formAsks'];
  if (typeof asks !== 'string') return byPrompt(before, botText, prompts);
  const [kind = '', slot = ''] = asks.split(' ');
  switch (kind) {
    case 'slot':
    case 'which':
    case 'did-you-say':
      return { kind, slot, text: botText };
    case 'read-back':
    case 'change':
      return { kind, text: botText };
    case 'message':
      return { kind, text: botText };
    case 'acting':
      return { kind };
    default:
      return before;
  }
}

function byPrompt(before: Question, text: string, prompts: readonly SlotPrompts[]): Question {
  if (before.kind === 'none') return before;
  const found = prompts.find(({ texts }) => texts.some((prompt) => text.trim().endsWith(prompt)));
  return found === undefined ? before : { kind: 'slot', slot: found.slot, text };
}
