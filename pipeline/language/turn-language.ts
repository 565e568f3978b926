/** All that turn-taking knows of one language: how words look that go on, nod, stop the bot, ask it to wait. */
export interface TurnLanguage {
  /** Judges the shape of a final text. */
  shapeOf(text: string): TextShape;
  /** Whether words cannot stand at the beginning, and so go on with what was said before: "in the rooms?", "or the pool". */
  goesOn(text: string): boolean;
  /** Whether a text is a yes or a no and nothing else ("yes please", "no thank you", "that's right"). */
  isYesNo(text: string): boolean;
  /** Whether somebody who was offered something, or asked for a message, does not want to. */
  declines(text: string): boolean;
  /** Whether a text takes leave. "Thanks, bye" does, "thanks" alone does not. */
  isGoodbye(text: string): boolean;
  /** In the middle of a form only who says goodbye wants to go: "that's all" is an answer there. */
  takesLeave(text: string): boolean;
  /** What a text of the bot asks for, by its last sentence. */
  askedBy(botText: string): Exclude<Asked, 'message' | 'digits'>;
  /** Whether a whole turn only asks the bot to wait or to stop; "hold on, what about parking?" asks for more. */
  asksToWait(text: string): Wait | undefined;
  /** Whether a whole turn only asks to hear the last answer again, and how: "pardon?", "slower please". */
  asksAgain(text: string): Again | undefined;
  /** Whether a whole turn only asks the bot to go on with what it was saying. */
  asksToGoOn(text: string): boolean;
  /** Words that stand in the place of a name and are none, or that a sentence for a model begins with; lower case. */
  readonly noNames: ReadonlySet<string>;
  /** Whether somebody who has just interrupted has only begun: "excuse me", "sorry", "wait", "thanks". */
  isLeadIn(text: string): boolean;
  /** Whether a text only says "I am listening": "mhm", "okay", "right, yeah". False for an empty text. */
  isBackchannel(text: string): boolean;
  /** The words of a text that carry something: neither backchannel nor filler. */
  realWords(text: string): readonly string[];
  /** Whether a text holds a backchannel that answers a yes/no question: "yeah", "okay", "right". */
  mayAnswer(text: string): boolean;
  /** Whether a single word is said to stop somebody who speaks. */
  isStopWord(word: string): boolean;
  /** Whether a word asks for something: no nod is misheard as it. */
  isRequestWord(word: string): boolean;
  /** Words with every number as its digits: the bot's text has "8:30" where its echo is heard as "eight thirty", and the other way round. */
  withDigits(words: readonly string[]): readonly string[];
  /** Words that recognition writes in the place of a digit: "to" is "2". */
  readonly soundsLikeDigit: Readonly<Record<string, string>>;
}

/** What the bot's last words asked for. */
export type Asked = 'nothing' | 'yes-no' | 'open' | 'digits' | 'message';

/** What a caller asks for who wants no answer: time, or the bot to be quiet. */
export type Wait = 'hold' | 'stop';

/** How a caller wants the last answer once more. */
export type Again = 'again' | 'slower';

/** What the caller's words look like, judged by the text alone. */
export type TextShape =
  | { readonly kind: 'empty' }
  /** The text stops inside something: more must come. */
  | { readonly kind: 'unfinished'; readonly inside: Inside }
  | { readonly kind: 'question' }
  | { readonly kind: 'yes-no' }
  | { readonly kind: 'greeting' }
  | { readonly kind: 'goodbye' }
  /** Trails off: Whisper writes "..." behind unfinished sentences, but behind many a short answer too ("Today..."). */
  | { readonly kind: 'trailing' }
  /** Up to five words that leave nothing open: "two people", "book a room". */
  | { readonly kind: 'short-phrase' }
  | { readonly kind: 'statement' };

export type Inside =
  | 'digits'
  | 'spelling'
  | 'address'
  | 'conjunction'
  | 'filler'
  | 'determiner'
  | 'preposition'
  | 'open-verb'
  | 'subject'
  | 'punctuation';

/** Whether a text of this shape by itself asks to be waited on. */
export function looksUnfinished({ kind }: TextShape): boolean {
  return kind === 'unfinished' || kind === 'trailing';
}

/** Whether words that came after others are more of the same: nobody goes on with a finished question, but starts another. */
export function belongTogether(before: string, after: string, turns: TurnLanguage): boolean {
  const shape = turns.shapeOf(before);
  const isOpen = looksUnfinished(shape) || shape.kind === 'short-phrase' || shape.kind === 'statement';
  return isOpen || (before !== '' && turns.goesOn(after));
}
