import type { ToneShares } from '#domain/tone';
import type { Dialogue } from '../dialogue/dialogue.ts';
import type { ReplyPlan } from '../dialogue/reply-plan.ts';
import { Wordings } from '../dialogue/wordings.ts';
import type { PipelineOptions } from '../options.ts';
import { sameWords } from '../text/words.ts';
import { mannerFor, noteForLlm } from '../tone/manner.ts';
import { ToneSense } from '../tone/tone-sense.ts';
import { ToneWording } from '../tone/tone-wording.ts';
import type { BotTurn, Wording } from './bot-turn.ts';
import type { ConversationAction } from './messages.ts';
import type { SpeakingContext } from './speaking-messages.ts';

type SayPlan = Extract<ReplyPlan, { kind: 'say' }>;

/** What the caller's tone has to do with the bot's turns: known or not, each is worded when its words are chosen, and never later. */
export class Toning {
  readonly sense: ToneSense;
  readonly #options: PipelineOptions['tone'];
  readonly #wording: ToneWording;
  readonly #wordings: Wordings;
  readonly #dialogue: Dialogue;
  readonly #isReady: (text: string) => boolean;
  readonly #act: (action: ConversationAction) => void;

  constructor({ options, persona, hasPhrase, toneReader }: SpeakingContext, dialogue: Dialogue, act: (action: ConversationAction) => void) {
    this.sense = new ToneSense(options.tone, toneReader);
    this.#options = options.tone;
    this.#wording = new ToneWording(persona, hasPhrase);
    this.#wordings = new Wordings(persona, hasPhrase);
    this.#dialogue = dialogue;
    this.#isReady = hasPhrase;
    this.#act = act;
  }

  /** The meaning of a text that no look-up will tell: asked for beside the answer, and not waited for. */
  ask(text: string, plan: ReplyPlan): void {
    if (plan.kind === 'match' || this.#dialogue.asksSecret || !this.sense.wants(text)) return;
    this.sense.asked(text);
    this.#act({ kind: 'read-tone', text });
  }

  /** A plan in the words for the caller's tone as it is known now. */
  word<Plan extends ReplyPlan>(turn: BotTurn, chosen: Plan): Plan {
    const plan = chosen.kind === 'say' ? { ...chosen, texts: chosen.texts.map((text) => this.#wordings.line(text)) } : chosen;
    turn.word(plan, turn.isToneTold || turn.callerText === '' ? turn.wording : this.#wordingFor(turn));
    return plan.kind === 'say' ? { ...plan, ...this.#wording.plan(plan, turn.tone) } : plan;
  }

  /** One line of its own, such as an apology for a fault. */
  line(turn: BotTurn, line: string): string {
    const words = this.#wordings.line(line);
    this.#wordings.added(words);
    return this.#wording.line(words, turn.tone);
  }

  /** What a language model is told beside the caller's words. */
  note(turn: BotTurn): string | undefined {
    return this.#options.tellLlm ? noteForLlm(turn.tone?.tone) : undefined;
  }

  /** What was prepared is worded for another tone than is known now, and better words are ready at once: the plan to follow anew. */
  better(turn: BotTurn): SayPlan | undefined {
    const { plan, plainPlan } = turn;
    const now = this.sense.reading(turn.callerText);
    if (plan?.kind !== 'say' || plainPlan?.kind !== 'say' || now?.tone === turn.tone?.tone) return undefined;
    const texts = this.#wording.plan(plainPlan, now).texts;
    return texts.join(' ') !== plan.texts.join(' ') && texts.every(this.#isReady) ? plainPlan : undefined;
  }

  /** The look-up for this turn has brought the meaning of its words. */
  matched(turn: BotTurn, shares: ToneShares | undefined): void {
    if (shares === undefined) return;
    if (turn.isToneTold) return this.#late(turn, shares);
    this.sense.heardMeaning(turn.callerText, shares);
  }

  /** The meaning of a text, at last; `open`: the turn that is being said. */
  read(open: BotTurn | undefined, text: string, shares: ToneShares): void {
    if (open?.isToneTold === true && sameWords(open.callerText, text)) return this.#late(open, shares);
    this.sense.heardMeaning(text, shares);
  }

  /** The caller's turn is over and answered by this one. What is heard from now on belongs to another. */
  taken(turn: BotTurn, text: string): void {
    turn.toneSpokenFor(this.sense.turnEnded(text));
  }

  /** Once the words of an opened turn are chosen its tone is told, and stays. */
  chosen(turn: BotTurn): void {
    if (turn.isToneTold || turn.state !== 'open' || turn.plan === undefined) return;
    turn.tellTone();
    this.#wordings.opened(turn.plainPlan?.kind === 'say' ? turn.plainPlan.texts : []);
    this.#wording.opened(turn.plan, turn.tone);
    if (turn.tone === undefined) return;
    const { tone, confidence } = turn.tone;
    turn.note({ tone, toneConfidence: confidence });
    this.#act({ kind: 'emit', event: { kind: 'caller-tone', turnId: turn.turnId, ...turn.tone } });
  }

  closed(turn: BotTurn): void {
    if (turn.speech.heardMs >= MIN_HEARD_MS) return;
    this.#wording.unheard();
    this.#wordings.unheard();
  }

  #wordingFor({ callerText, toneEvidence }: BotTurn): Wording {
    const tone = this.sense.reading(callerText, toneEvidence);
    return { tone, manner: this.#options.answerInKind ? mannerFor(tone?.tone) : undefined };
  }

  #late(turn: BotTurn, shares: ToneShares): void {
    const reading = this.sense.heardLate(shares, turn.toneEvidence, turn.tone);
    if (reading !== undefined) this.#act({ kind: 'emit', event: { kind: 'caller-tone', turnId: turn.turnId, ...reading, late: true } });
  }
}

/** A guess: half an apology. */
const MIN_HEARD_MS = 800;
