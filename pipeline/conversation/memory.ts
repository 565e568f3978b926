import type { TurnOutcome } from '#domain/turn';
import type { Dialogue } from '../dialogue/dialogue.ts';
import { withoutKeys } from '../dialogue/actions/key-tones.ts';
import type { History } from '../dialogue/history.ts';
import type { BotTurn } from './bot-turn.ts';

/** What a conversation keeps of the turns that are over: what was asked, what can be repeated, what the LLM is told. */
export class Memory {
  readonly dialogue: Dialogue;
  readonly history: History;
  #lastHeardText = '';

  constructor(dialogue: Dialogue, history: History) {
    this.dialogue = dialogue;
    this.history = history;
  }

  closed(turn: BotTurn, outcome: TurnOutcome): void {
    const heardText = turn.speech.ledger.heardText;
    this.#lastHeardText = heardText;
    const isAside = turn.plan?.kind === 'say' && turn.plan.aside !== undefined;
    if (outcome !== 'abandoned' && !isAside) this.dialogue.said(heardText);
    const wasReminder = turn.callerText === '' && turn.source === 'dialogue' && !turn.tellsResult;
    if (turn.failure !== undefined || outcome === 'abandoned' || wasReminder) return;
    this.history.add({ caller: turn.recordedText, bot: withoutKeys(heardText) });
    if (isAside) return;
    const texts = turn.plan?.kind === 'say' ? turn.plan.texts : [turn.speech.writtenText];
    const rest =
      outcome === 'interrupted' ? `${turn.speech.ledger.text.slice(heardText.length).trim()} ${turn.speech.waitingText}`.trim() : '';
    this.dialogue.repeatable(
      texts.map(withoutKeys).filter((text) => text !== ''),
      withoutKeys(rest),
    );
  }

  /** The last turn was answered too early: its caller's words will come again as the beginning of longer ones. */
  takeBack(wasRemembered: boolean): void {
    if (wasRemembered) this.history.takeBack();
    this.dialogue.takenBack();
  }

  /** The bot's last words as an echo may return them: a few more than were reported as heard. */
  echoable(turn: BotTurn | undefined): string {
    if (turn === undefined) return this.#lastHeardText;
    const { heardText, text } = turn.speech.ledger;
    const next = text.slice(heardText.length).trim().split(' ').slice(0, WORDS_UNDERWAY).join(' ');
    return `${this.#lastHeardText} ${heardText} ${next}`.trim();
  }

  /** Whether the sentence that is being heard asks for a yes or a no. */
  asksYesNo(turn: BotTurn | undefined): boolean {
    if (turn === undefined) return this.dialogue.asked === 'yes-no';
    const { heardText, text } = turn.speech.ledger;
    const end = text.indexOf('?', Math.max(0, heardText.length - 1));
    const isNext = end >= 0 && !/[.!]\s/.test(text.slice(heardText.length, end));
    return this.dialogue.language.turns.askedBy(isNext ? text.slice(0, end + 1) : heardText) === 'yes-no';
  }
}

/** Playout reports every 200 ms, and where a word ends is estimated. */
const WORDS_UNDERWAY = 3;
