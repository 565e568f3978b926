import type { KnowledgeMatch } from '../ports.ts';
import type { KnowledgeLanguage } from '../language/knowledge-language.ts';
import type { Persona } from '../persona.ts';

/** What is said to a caller for whom the persona has no answer. */
export interface LostReply {
  readonly text: string;
  /** Entries that are named: the caller may choose one by its name or place. */
  readonly expecting: readonly string[];
  /** A message is offered: a yes to it is a wish to leave one. */
  readonly offersMessage: boolean;
}

type Nearest = NonNullable<Extract<KnowledgeMatch, { kind: 'none' }>['nearest']>;

/** The first time it says so, the second it names what it can tell that is nearest to what was asked, the third it offers a message; and so on. `before`: times in a row so far. */
export function lostReply(persona: Persona, before: number, nearest: Nearest, language: KnowledgeLanguage): LostReply {
  const unsure: LostReply = { text: persona.unsure, expecting: [], offersMessage: false };
  const [first, second] = nearest;
  switch (before % 3) {
    case 1:
      if (first === undefined) return unsure;
      return {
        text: persona.unsureNear.replace(TOPICS, second === undefined ? first.label : language.either(first.label, second.label)),
        expecting: second === undefined ? [] : [first.id, second.id],
        offersMessage: false,
      };
    case 2:
      return takesMessages(persona) ? { text: persona.offerMessage, expecting: [], offersMessage: true } : unsure;
    default:
      return unsure;
  }
}

/** Whether messages reach anybody: some entry takes them. */
export function takesMessages({ knowledge }: Persona): boolean {
  return knowledge.some(({ action }) => action === 'take-message');
}

const TOPICS = '{topics}';
/** In the place of an entry's id, which has no such sign in it: a yes means a message. */
export const A_MESSAGE = '@message';
