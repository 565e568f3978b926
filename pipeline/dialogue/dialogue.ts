import { unreachable } from '#domain/assert';
import { ms } from '#domain/units';
import type { KnowledgeMatch } from '../ports.ts';
import type { Persona } from '../persona.ts';
import type { Language } from '../language/language.ts';
import { languageOrDefault } from '../language/language-of.ts';
import type { Asked } from '../language/turn-language.ts';
import type { ActionArguments, ActionResult } from './actions/action.ts';
import { MASK } from './actions/declared-action.ts';
import { SURE, heardMost, type ExpectedSpeech, type FormReply, type Forms, type Hearing } from './forms/active-form.ts';
import type { FormState } from './forms/form-state.ts';
import { A_MESSAGE, lostReply } from './lost.ts';
import { say, type ActPlan, type Detail, type FormChange, type ReplyPlan, type SayPlan } from './reply-plan.ts';

/** What a turn changes, as it was before it. */
interface Before {
  readonly expecting: readonly string[];
  readonly takesMessage: boolean;
  readonly form: FormState | undefined;
  readonly offered: string | undefined;
  readonly timesLost: number;
}

type Answer = Extract<KnowledgeMatch, { kind: 'answer' }>;
type Heard = Pick<Hearing, 'confidence' | 'keys'>;

/** What the conversation is about to expect from the caller, and what the bot says to what it hears. */
export class Dialogue {
  readonly language: Language;
  readonly #persona: Persona;
  readonly #llmCapable: boolean;
  readonly #forms: Forms | undefined;
  #expecting: readonly string[] = [];
  #takesMessage = false;
  #form: FormState | undefined;
  #offered: string | undefined;
  /** Turns in a row for which there was no answer. */
  #timesLost = 0;
  #before: Before = { expecting: [], takesMessage: false, form: undefined, offered: undefined, timesLost: 0 };
  /** The read-back that the caller has heard, or most of it: only then can it be agreed to. */
  #heardReadBack: string | undefined;
  #expectedIn: { readonly form: FormState; readonly speech: ExpectedSpeech } | undefined;
  readonly #expectedOtherwise: ExpectedSpeech;
  #asked: Asked = 'nothing';
  #lastTexts: readonly string[] = [];
  /** What of them was not heard, because the caller spoke. */
  #rest = '';

  constructor(persona: Persona, llmCapable: boolean, forms?: Forms) {
    this.#persona = persona;
    this.language = languageOrDefault(persona.language);
    this.#llmCapable = llmCapable;
    this.#forms = forms;
    this.#expectedOtherwise = { hotwords: persona.hotwords, prompt: '' };
  }

  /** What the bot's last words asked for. */
  get asked(): Asked {
    return this.#asked;
  }

  /** What recognition should expect to hear; the same object as long as that is the same. */
  get expected(): ExpectedSpeech {
    if (this.#form === undefined || this.#forms === undefined) return this.#expectedOtherwise;
    if (this.#expectedIn?.form !== this.#form) this.#expectedIn = { form: this.#form, speech: this.#forms.expected(this.#form) };
    return this.#expectedIn.speech;
  }

  /** Whether a text answers a question to the last digit, so that nothing more is waited for. */
  isComplete(text: string): boolean {
    return this.#form !== undefined && this.#forms?.isComplete(this.#form, text) === true;
  }

  /** The answer that is waited for may not be recorded, nor what may still belong to the one before. */
  get asksSecret(): boolean {
    return [this.#form, this.#before.form].some((form) => form !== undefined && this.#forms?.asksSecret(form) === true);
  }

  /** The caller's words as they may be recorded, and shown to others than the forms. */
  masked(callerText: string): string {
    const forms = this.#forms;
    if (forms === undefined) return callerText;
    const before = this.#before.form;
    if (before !== undefined && forms.asksSecret(before) && forms.isDigitsOnly(before, callerText)) return MASK;
    return forms.masked(this.#form, callerText, this.#takesMessage ? 'message' : 'conversation');
  }

  /** The question that waits for an answer; empty where there is none. */
  get openQuestion(): string {
    return this.#form === undefined ? '' : (this.#forms?.question(this.#form) ?? '');
  }

  get takesMessage(): boolean {
    return this.#takesMessage;
  }

  plan(callerText: string, heard: Heard = HEARD_WELL): ReplyPlan {
    const wait = this.language.turns.asksToWait(callerText);
    if (wait !== undefined) {
      const followUp = this.#takesMessage && wait === 'hold' ? 'take-message' : 'go-on';
      return say([wait === 'hold' ? this.#persona.holding : this.#persona.stopped], 'dialogue', {
        aside: wait,
        followUp,
        expecting: this.#expecting,
        detail: { rule: wait },
      });
    }
    const again = this.#form === undefined ? this.#planAgain(callerText) : undefined;
    if (again !== undefined) return again;
    if (this.#takesMessage && !this.language.turns.declines(callerText)) {
      return say([this.#persona.takeMessage.thanks], 'dialogue', { message: callerText, detail: { rule: 'message' } });
    }
    const taken = this.#planOffered(callerText);
    if (taken !== undefined) return taken;
    if (this.#form !== undefined && !this.language.turns.takesLeave(callerText)) {
      return this.#planForm(this.#said(this.#form, callerText, heard, 'question')) ?? { kind: 'match', expecting: [], whenFinal: true };
    }
    if (this.#rest !== '' && this.language.turns.asksToGoOn(callerText))
      return say([this.#rest], 'dialogue', { detail: { rule: 'go-on' } });
    if (this.language.turns.isGoodbye(callerText)) {
      const entry = this.#persona.mode === 'knowledge' ? this.#persona.knowledge.find(({ action }) => action === 'hang-up') : undefined;
      const detail: Detail = entry === undefined ? { rule: 'goodbye' } : { rule: 'goodbye', entry: entry.id };
      return say([entry?.answer ?? this.#persona.goodbye], entry === undefined ? 'dialogue' : 'knowledge', { followUp: 'hang-up', detail });
    }
    return this.#persona.mode === 'knowledge' ? { kind: 'match', expecting: this.#expecting } : { kind: 'llm', facts: [], detail: {} };
  }

  /** The last answer once more, from its beginning and slowly: the caller has not understood it. */
  #planAgain(callerText: string): ReplyPlan | undefined {
    const how = this.language.turns.asksAgain(callerText);
    if (how === undefined || this.#lastTexts.length === 0) return undefined;
    const entry = this.#persona.mode === 'knowledge' ? this.#persona.knowledge.find(({ action }) => action === 'repeat') : undefined;
    return say(this.#lastTexts, entry === undefined ? 'dialogue' : 'knowledge', {
      pace: 'slow',
      followUp: this.#takesMessage ? 'take-message' : 'go-on',
      expecting: this.#expecting,
      ...(this.#offered !== undefined && { offers: this.#offered }),
      detail: entry === undefined ? { rule: how } : { rule: how, entry: entry.id },
    });
  }

  /** A plain yes or no to what the bot has offered. */
  #planOffered(callerText: string): ReplyPlan | undefined {
    if (this.#offered === A_MESSAGE) return this.#planOfferedMessage(callerText);
    const entry = this.#offered === undefined ? undefined : this.#persona.knowledge.find(({ id }) => id === this.#offered);
    if (entry === undefined || this.#form !== undefined || !this.language.turns.isYesNo(callerText)) return undefined;
    if (this.language.turns.declines(callerText)) return say([this.#persona.stopped], 'dialogue', { detail: { rule: 'offer-declined' } });
    return this.#planAnswer(
      { kind: 'answer', entryId: entry.id, answer: entry.answer, score: 1, ...(entry.action !== undefined && { action: entry.action }) },
      callerText,
    );
  }

  #planOfferedMessage(callerText: string): ReplyPlan | undefined {
    if (this.#form !== undefined || !this.language.turns.isYesNo(callerText)) return undefined;
    if (this.language.turns.declines(callerText)) return say([this.#persona.stopped], 'dialogue', { detail: { rule: 'offer-declined' } });
    return say([this.#persona.takeMessage.ask], 'dialogue', { followUp: 'take-message', detail: { rule: 'offer-taken' } });
  }

  planMatch(match: KnowledgeMatch, callerText: string, heard: Heard = HEARD_WELL): ReplyPlan {
    if (this.#form !== undefined) return this.#planMatchInForm(this.#form, match, callerText, heard);
    const score = round(match.score);
    switch (match.kind) {
      case 'answer':
        return this.#planAnswer(match, callerText);
      case 'ask-which':
        return (
          this.#planFilled(callerText, match.score, match.entryIds) ??
          say([match.question], 'knowledge', { expecting: match.entryIds, detail: { askWhich: match.entryIds.join(' '), score } })
        );
      case 'none': {
        const started = this.#planFilled(callerText, match.score);
        if (started !== undefined) return started;
        return this.#llmCapable ? { kind: 'llm', facts: match.facts, detail: { score } } : this.#planLost(score, match.nearest);
      }
      case 'answers': {
        const texts = unique(match.answers.map((each) => this.#answerOf(each)));
        return say(texts, 'knowledge', { detail: { entry: match.answers.map(({ entryId }) => entryId).join(' '), score } });
      }
    }
  }

  #planLost(score: number, nearest: Parameters<typeof lostReply>[2] = []): SayPlan {
    const { text, expecting, offersMessage } = lostReply(this.#persona, this.#timesLost, nearest, this.language.knowledge);
    const detail: Detail = { rule: 'unsure', score, ...(this.#timesLost > 0 && { timesLost: this.#timesLost + 1 }) };
    return say([text], 'dialogue', { expecting, isLost: true, detail, ...(offersMessage && { offers: A_MESSAGE }) });
  }

  /** The persona's own words: those of the look-up may have places for what is known of the caller. */
  #answerOf({ entryId, answer }: Answer): string {
    return this.#persona.knowledge.find(({ id }) => id === entryId)?.answer ?? answer;
  }

  /** A sentence that says most of what a form needs begins it, whatever its meaning is near to; `among`: the forms in question. */
  #planFilled(callerText: string, score: number, among?: readonly string[]): ReplyPlan | undefined {
    const form = this.#forms?.filledBy(callerText);
    if (form === undefined || among?.includes(form.id) === false) return undefined;
    const started = this.#planForm(this.#forms?.start(form, callerText));
    return started === undefined ? undefined : { ...started, detail: { ...started.detail, score: round(score) } };
  }

  /** Something that the form could not make anything of: a question in between, something else altogether, or a failed try. */
  #planMatchInForm(form: FormState, found: KnowledgeMatch, callerText: string, heard: Heard): ReplyPlan {
    const match = found.kind === 'answers' ? found.answers[0] : found;
    const isMeant = match.kind === 'answer' && (match.score >= SURE_SCORE || this.language.turns.shapeOf(callerText).kind === 'question');
    if (!isMeant) return this.#planWithinForm(form, callerText, heard);
    const isActing = form.question.kind === 'acting';
    switch (match.action) {
      case 'start-form': {
        const isOther = match.entryId !== form.formId && !isActing;
        return isOther ? this.#planAnswer(match, callerText) : (this.#planForm(this.#forms?.resumed(form)) ?? this.#unsure());
      }
      case 'repeat':
        return this.#planForm(this.#forms?.resumed(form)) ?? this.#unsure();
      case 'hang-up':
      case 'take-message': {
        const plan = this.#planAnswer(match, callerText);
        return plan.kind === 'say' ? { ...plan, form: { state: undefined } } : plan;
      }
      case undefined: {
        const resumed = isActing ? undefined : this.#forms?.resumed(form);
        return say([this.#answerOf(match), ...(resumed?.texts ?? [])], 'knowledge', {
          form: { state: resumed?.state ?? form },
          detail: { entry: match.entryId, score: round(match.score), form: form.formId },
        });
      }
      default:
        return unreachable(match.action);
    }
  }

  /** Nobody else understands it: what only answers by chance does answer then, and anything else is a failed try. */
  #planWithinForm(form: FormState, callerText: string, heard: Heard): ReplyPlan {
    return this.#planForm(this.#said(form, callerText, heard, 'answer') ?? this.#forms?.missed(form)) ?? this.#unsure();
  }

  #said(form: FormState, text: string, heard: Heard, how: 'question' | 'answer'): FormReply | undefined {
    const heardReadBack = form.question.kind === 'read-back' && form.question.text === this.#heardReadBack;
    return this.#forms?.said(form, { text, ...heard }, heardReadBack, how);
  }

  /** The caller's words were too unclear to make anything of. */
  planUnclear(): SayPlan {
    const missed = this.#form === undefined ? undefined : this.#forms?.missed(this.#form, this.#persona.notHeard);
    const plan = this.#planForm(missed);
    if (plan?.kind === 'say') return plan;
    return say([this.#persona.notHeard], 'dialogue', {
      followUp: this.#takesMessage ? 'take-message' : 'go-on',
      expecting: this.#expecting,
      ...(this.#offered !== undefined && { offers: this.#offered }),
    });
  }

  /** Somebody else than the caller asks for an action: its form takes over, and only the caller's yes lets it run. */
  planProposal(actionName: string, args: ActionArguments, callerText: string): ReplyPlan | undefined {
    const form = this.#forms?.ofAction(actionName);
    return form === undefined || this.#form !== undefined ? undefined : this.#planForm(this.#forms?.propose(form, callerText, args));
  }

  /** What has come of an action that `form` had asked for. */
  planResult(form: FormState | undefined, result: ActionResult): ReplyPlan {
    const reply = form === undefined ? undefined : this.#forms?.ended(form, result);
    return this.#planForm(reply) ?? this.#unsure();
  }

  #planForm(reply: FormReply | undefined): SayPlan | ActPlan | undefined {
    if (reply === undefined) return undefined;
    const { texts, state, run, followUp, detail } = reply;
    const form: FormChange = { state };
    const action = run === undefined ? undefined : this.#persona.actions.find(({ name }) => name === run.action);
    if (run !== undefined && action !== undefined)
      return {
        kind: 'act',
        run,
        filler: action.says.running ?? this.language.lines.actions.running,
        timeoutMs: ms(action.timeoutMs),
        form,
        detail,
      };
    const more = followUp === 'take-message' ? [this.#persona.takeMessage.ask] : followUp === 'hang-up' ? [this.#persona.goodbye] : [];
    return say(unique([...texts, ...more]), 'dialogue', { followUp, form, detail });
  }

  #unsure(): SayPlan {
    return say([this.#persona.unsure], 'dialogue', { detail: { rule: 'unsure' } });
  }

  #planAnswer(match: Answer, callerText: string): ReplyPlan {
    const { action, entryId, score } = match;
    const answer = this.#answerOf(match);
    const detail: Detail = { entry: entryId, score: round(score) };
    switch (action) {
      case 'start-form': {
        const form = this.#forms?.get(entryId);
        const plan = form === undefined ? undefined : this.#planForm(this.#forms?.start(form, callerText));
        return plan === undefined ? this.#unsure() : { ...plan, detail: { ...plan.detail, score: round(score) } };
      }
      case 'hang-up':
        return say([answer], 'knowledge', { followUp: 'hang-up', detail });
      case 'take-message':
        return say(unique([answer, this.#persona.takeMessage.ask]), 'knowledge', { followUp: 'take-message', detail });
      case 'repeat':
        return say(this.#lastTexts.length > 0 ? this.#lastTexts : [answer], 'knowledge', { detail, pace: 'slow' });
      case undefined:
        return say([answer], 'knowledge', { detail });
      default:
        return unreachable(action);
    }
  }

  /** Knowledge cannot be asked: what is left. Undefined: nothing, and a fault has to be said. */
  planWithoutMatch(callerText: string, heard: Heard = HEARD_WELL): ReplyPlan | undefined {
    if (this.#form !== undefined) return this.#planWithinForm(this.#form, callerText, heard);
    return this.#llmCapable ? { kind: 'llm', facts: [], detail: { rule: 'no-knowledge' } } : undefined;
  }

  /** The answer to this plan is being said for good. */
  applied(plan: ReplyPlan): void {
    if (plan.kind === 'match') return;
    this.#before = {
      expecting: this.#expecting,
      takesMessage: this.#takesMessage,
      form: this.#form,
      offered: this.#offered,
      timesLost: this.#timesLost,
    };
    // "Hold on" leaves the question open.
    if (plan.kind !== 'say' || plan.aside === undefined) this.#offered = plan.kind === 'say' ? plan.offers : undefined;
    if (plan.kind !== 'llm' && plan.form !== undefined) {
      // The same words of another read-back have to be heard again.
      if (plan.form.state?.question !== this.#form?.question) this.#heardReadBack = undefined;
      this.#form = plan.form.state;
    }
    this.#expecting = plan.kind === 'say' ? plan.expecting : [];
    this.#timesLost = plan.kind === 'say' && plan.isLost === true ? this.#timesLost + 1 : 0;
    this.#takesMessage = plan.kind === 'say' && plan.followUp === 'take-message';
  }

  /** The answer was taken back before it was heard. */
  takenBack(): void {
    this.#expecting = this.#before.expecting;
    this.#takesMessage = this.#before.takesMessage;
    this.#form = this.#before.form;
    this.#offered = this.#before.offered;
    this.#timesLost = this.#before.timesLost;
  }

  /** The bot has said this to its end, or what of it was heard. */
  said(text: string): void {
    if (this.#form?.question.kind === 'read-back' && heardMost(this.#form.question.text, text))
      this.#heardReadBack = this.#form.question.text;
    const ofForm = this.#form === undefined ? undefined : this.#forms?.asks(this.#form);
    this.#asked = this.#takesMessage ? 'message' : (ofForm ?? this.language.turns.askedBy(text));
  }

  /** What the caller would mean by "say that again"; `rest`: and by "go on", where they have interrupted it. */
  repeatable(texts: readonly string[], rest: string): void {
    this.#lastTexts = texts;
    this.#rest = rest;
  }
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function round(score: number): number {
  return Math.round(score * 1000) / 1000;
}

const HEARD_WELL: Heard = { confidence: SURE, keys: false };
/** In the middle of a form an answer has to be nearer than otherwise, unless the caller's words are a question. A guess. */
const SURE_SCORE = 0.6;
