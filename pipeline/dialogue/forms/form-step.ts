import { ratio, type Ratio } from '#domain/units';
import { unreachable } from '#domain/assert';
import type { ActionResult } from '../actions/action.ts';
import type { CivilTime } from '../slots/slot-type.ts';
import { same, violated } from './constraints.ts';
import { wordsOf } from '../../text/words.ts';
import { chosen } from './choosing.ts';
import { commandIn, MAX_COMMAND, openingOf, yesOrNo, type Command } from './commands.ts';
import { DOUBTFUL, Draft } from './draft.ts';
import { argumentsOf, slotOf, withDefaults, type Form, type Values } from './form.ts';
import type { FormInput, FormState, FormStep, Question } from './form-state.ts';
import { asksForChoices, readAsAny, readUtterance, slotNamed, takesEverything, type Found, type ReadingContext } from './reading.ts';
import { givesUpText, helpText, isReadBack, needsText, offersText, resultText } from './wording.ts';

type Said = Extract<FormInput, { kind: 'said' }>;
type Asked<Kind extends Question['kind']> = Extract<Question, { kind: Kind }>;

/**
 * Core: one step of a form. The state goes in and another comes out, so that a step can be made on speculation and
 * forgotten. An action runs only from the read-back question and only by a plain yes to it; every form ends.
 */
export function formStep(form: Form, state: FormState | undefined, input: FormInput, now: CivilTime): FormStep {
  const before = state ?? begin(form);
  const draft = new Draft(form, { ...before, steps: before.steps + 1 }, now);
  if (before.steps >= MAX_STEPS && input.kind !== 'result') return draft.end('gave-up', 'take-message', givesUpText(form));
  switch (input.kind) {
    case 'start':
      return started(draft, input.text, input.proposed ?? {});
    case 'said':
      return said(draft, input);
    case 'missed':
      return missed(draft, input.why ?? draft.form.language.forms.says.sorry);
    case 'resumed':
      return draft.askAgain();
    case 'result':
      return ended(draft, input.result);
    default:
      return unreachable(input);
  }
}

function begin(form: Form): FormState {
  return {
    formId: form.id,
    values: {},
    given: [],
    skipped: [],
    question: { kind: 'slot', slot: form.slots[0]?.name ?? '' },
    misses: 0,
    steps: 0,
    refusals: 0,
  };
}

/** Whatever the first sentence says beyond doubt is taken; nothing in it was an answer. */
function started(draft: Draft, text: string, proposed: Values): FormStep {
  draft.say(draft.form.declaration.intro ?? '');
  for (const slot of draft.form.slots) {
    const value = Object.hasOwn(proposed, slot.name) ? proposed[slot.name] : undefined;
    // What the caller does not hear again they cannot agree to: it is asked for.
    if (value === undefined || !isReadBack(draft.form, slot) || !slot.type.accepts(value)) continue;
    if (violated(slot, value, withDefaults(draft.form, draft.state.values)) === undefined) draft.set(slot, value);
  }
  const found = readUtterance(draft.form, text, { ...context(draft, false), asked: undefined, last: undefined });
  return draft.take(found.filter(({ slot, reading }) => reading.kind === 'value' || !takesEverything(slot))) ?? draft.askNext();
}

function said(draft: Draft, input: Said): FormStep {
  // "Help me with my bill" is a message where one is being dictated.
  const dictates = draft.state.question.kind === 'slot' && draft.asked !== undefined && takesEverything(draft.asked);
  const command =
    input.keys || (dictates && wordsOf(input.text).length > MAX_COMMAND) ? undefined : commandIn(input.text, draft.form.language);
  const done = command === undefined ? undefined : commanded(draft, command, input);
  if (done !== undefined) return done;
  const { question } = draft.state;
  switch (question.kind) {
    case 'slot':
      return filled(draft, input);
    case 'which':
      return which(draft, question, input);
    case 'did-you-say':
      return confirmedValue(draft, question, input);
    case 'read-back':
      return agreed(draft, question, input);
    case 'change':
      return changed(draft, input);
    case 'message':
      return messageOffered(draft, question, input);
    case 'acting':
      return notUnderstood(draft);
    default:
      return unreachable(question);
  }
}

/** What is said about the form itself. Undefined: here it means something else. */
function commanded(draft: Draft, command: Command, input: Said): FormStep | undefined {
  const { form, state, asked, now } = draft;
  if (state.question.kind === 'acting') {
    draft.say(command === 'cancel' || command === 'restart' || command === 'back' ? draft.form.language.forms.says.cannotStop : '');
    return command === 'repeat'
      ? draft.askAgain()
      : command === 'cancel' || command === 'restart' || command === 'back'
        ? draft.step()
        : undefined;
  }
  switch (command) {
    case 'cancel':
      return draft.end('cancelled', 'go-on', form.declaration.cancelled ?? form.language.forms.says.cancelled);
    case 'restart':
      draft.clearAll();
      draft.say(draft.form.language.forms.says.fromTheStart);
      return draft.askNext();
    case 'back':
      return back(draft);
    case 'repeat':
      return draft.askAgain();
    case 'needs':
      draft.say(needsText(form, draft.missing));
      return draft.askAgain();
    case 'help':
      draft.say(asked === undefined ? needsText(form, draft.missing) : helpText(form, asked, now));
      return draft.askAgain();
    case 'unknown':
      if (state.question.kind !== 'slot' || asked === undefined) return undefined;
      return asked.declaration.optional
        ? skipped(draft)
        : readUtterance(form, input.text, context(draft, false)).some(({ reading }) => reading.kind === 'value') && !takesEverything(asked)
          ? undefined
          : draft.missed(helpText(form, asked, now));
    case 'skip':
      return state.question.kind === 'slot' && asked?.declaration.optional === true ? skipped(draft) : undefined;
    default:
      return unreachable(command);
  }
}

function back(draft: Draft): FormStep {
  const last = draft.last;
  if (last === undefined) return draft.askAgain();
  draft.clear(last.name);
  return draft.ask({ kind: 'slot', slot: last.name });
}

function skipped(draft: Draft): FormStep {
  const { asked } = draft;
  if (asked !== undefined) draft.skip(asked);
  return draft.askNext();
}

/** An answer to "At what time?", and everything else that the same sentence says. */
function filled(draft: Draft, input: Said): FormStep {
  const { form, asked } = draft;
  if (asked !== undefined && asksForChoices(asked, input.text, form.language)) {
    draft.say(helpText(form, asked, draft.now));
    return draft.askAgain();
  }
  const greedy = asked !== undefined && takesEverything(asked);
  const { rest, corrects, what } = greedy
    ? { rest: input.text, corrects: false, what: undefined }
    : openingOf(input.text, draft.form.language);
  if (what !== undefined && slotNamed(form, what) !== undefined) return corrected(draft, input) ?? notUnderstood(draft);
  const found = readUtterance(form, rest, context(draft, corrects));
  if (input.asQuestion === true && found.every(({ bare }) => bare)) return notUnderstood(draft);
  if (found.length > 0) return taken(draft, found, input);
  const answer = yesOrNo(input.text, draft.form.language);
  if (answer === 'no' && draft.last !== undefined) return draft.ask({ kind: 'change' });
  if (corrects) {
    const named = slotNamed(form, rest);
    if (named !== undefined && named !== asked) return askFor(draft, named.name);
  }
  return answer === undefined ? notUnderstood(draft) : draft.missed(draft.form.language.forms.says.sorry);
}

/** Takes what was found, unless recognition was so unsure of it that it has to be asked about. */
function taken(draft: Draft, found: readonly Found[], input: Said): FormStep {
  const [only] = found;
  if (found.length === 1 && only?.reading.kind === 'value' && !input.keys && !takesEverything(only.slot)) {
    const sureness = Math.min(input.confidence, only.reading.confidence);
    const { question } = draft.state;
    const again = question.kind === 'did-you-say' && question.slot === only.slot.name && same(question.value, only.reading.value);
    if (sureness < DOUBTFUL && !again && !only.slot.declaration.secret)
      return draft.ask({ kind: 'did-you-say', slot: only.slot.name, value: only.reading.value });
  }
  return draft.take(found) ?? draft.askNext();
}

function which(draft: Draft, question: Asked<'which'>, input: Said): FormStep {
  const slot = slotOf(draft.form, question.slot);
  if (slot === undefined) return draft.askNext();
  const value = chosen(slot, question, input.text, context(draft, false));
  if (value !== undefined) {
    const reading = { kind: 'value', value, span: [0, 0], confidence: ratio(1) } as const;
    return taken(draft, [{ slot, reading, heard: '', bare: true }], input);
  }
  const { rest, corrects } = openingOf(input.text, draft.form.language);
  const found = readUtterance(draft.form, rest, context(draft, corrects));
  const sameAgain = found.length === 1 && found[0]?.slot === slot && found[0].reading.kind === 'ambiguous';
  if (found.length > 0 && !sameAgain) return taken(draft, found, input);
  if (yesOrNo(input.text, draft.form.language) === 'no') return draft.askAfter(slot.name, 0, '');
  return sameAgain || yesOrNo(input.text, draft.form.language) === 'yes' ? draft.missed('') : notUnderstood(draft);
}

function confirmedValue(draft: Draft, question: Asked<'did-you-say'>, input: Said): FormStep {
  const slot = slotOf(draft.form, question.slot);
  if (slot === undefined) return draft.askNext();
  const answer = answerTo(draft, input);
  if (answer === 'yes')
    return (
      draft.take([
        { slot, reading: { kind: 'value', value: question.value, span: [0, 0], confidence: ratio(1) }, heard: '', bare: true },
      ]) ?? draft.askNext()
    );
  if (answer === 'no') return draft.askAfter(slot.name, 0, '');
  const { rest, corrects } = openingOf(input.text, draft.form.language);
  const found = readUtterance(draft.form, rest, context(draft, corrects));
  return found.length > 0 ? taken(draft, found, input) : notUnderstood(draft);
}

/** The caller has heard the read-back. Only a plain yes that was heard well acts. */
function agreed(draft: Draft, question: Asked<'read-back'>, input: Said): FormStep {
  const answer = answerTo(draft, input);
  if (answer === 'yes' && !input.heardReadBack) return draft.askAgain();
  if (answer === 'yes' && (input.keys || input.confidence >= SURE_YES)) {
    return draft.run({
      action: draft.form.action.name,
      args: argumentsOf(draft.form, draft.state.values),
      agreed: { readBack: question.text, answer: input.text },
    });
  }
  if (answer === 'yes') return draft.missed(draft.form.language.forms.says.sorry);
  if (answer === 'no') return draft.ask({ kind: 'change' });
  return corrected(draft, input) ?? notUnderstood(draft);
}

function changed(draft: Draft, input: Said): FormStep {
  const answer = yesOrNo(input.text, draft.form.language);
  if (answer === 'no' || commandIn(input.text, draft.form.language) === 'skip') return draft.askNext();
  return corrected(draft, input) ?? (answer === 'yes' ? draft.askNext() : notUnderstood(draft));
}

/** "Three people", "the time is wrong", "no, at four": what is wrong with what was read back. */
function corrected(draft: Draft, input: Said): FormStep | undefined {
  const { form } = draft;
  const { rest, what } = openingOf(input.text, draft.form.language);
  const how = { ...context(draft, false), asked: undefined, last: undefined };
  const named = slotNamed(form, what ?? rest);
  const found = readUtterance(form, rest, { ...how, asked: named !== undefined && !takesEverything(named) ? named : undefined });
  if (found.length > 0) return taken(draft, found, input);
  if (named !== undefined) return askFor(draft, named.name);
  const any = readAsAny(form, rest, how);
  return any.length > 0 ? taken(draft, any, input) : undefined;
}

function askFor(draft: Draft, name: string): FormStep {
  return draft.ask({ kind: 'slot', slot: name });
}

function messageOffered(draft: Draft, question: Asked<'message'>, input: Said): FormStep {
  const answer = answerTo(draft, input);
  if (answer === 'yes') return draft.end('gave-up', 'take-message');
  if (answer === 'no') return draft.ask({ kind: 'slot', slot: question.slot });
  const { rest, corrects } = openingOf(input.text, draft.form.language);
  const found = readUtterance(draft.form, rest, context(draft, corrects));
  return found.length > 0 ? taken(draft, found, input) : notUnderstood(draft);
}

function missed(draft: Draft, why: string): FormStep {
  return draft.state.question.kind === 'acting' ? draft.askAgain() : draft.missed(why);
}

/** The action has come to its end, well or not. */
function ended(draft: Draft, result: ActionResult): FormStep {
  const { form, state, now } = draft;
  const { says, otherwise } = form.action;
  const lines = form.language.lines.actions;
  const text = (template: string): string => resultText(form, template, state.values, result, now);
  switch (result.kind) {
    case 'done':
      return draft.end(
        'done',
        form.action.kind === 'end-call' ? 'hang-up' : 'go-on',
        text(form.declaration.done ?? says.done ?? draft.form.language.forms.says.done),
      );
    case 'failed':
      return draft.end(
        'failed',
        otherwise,
        text(result.mayHaveHappened ? (says.uncertain ?? lines.uncertain) : (form.declaration.failed ?? says.failed ?? lines.failed)),
      );
    case 'refused': {
      draft.refused();
      const { refused } = form.declaration;
      const ownWords = refused[result.code] ?? refused['otherwise'] ?? says.refused[result.code];
      draft.say(text(ownWords ?? says.refusedOtherwise ?? lines.refusedOtherwise));
      return refusedWith(draft, result);
    }
    default:
      return unreachable(result);
  }
}

/** The world said no: what it offers instead is a choice for the slot that it was about. */
function refusedWith(draft: Draft, result: Extract<ActionResult, { kind: 'refused' }>): FormStep {
  const { form, state, now } = draft;
  if (state.refusals >= MAX_REFUSALS) return draft.end('gave-up', 'take-message', givesUpText(form));
  const slot = slotOf(form, result.slot);
  if (slot === undefined) return draft.ask({ kind: 'change' });
  draft.clear(slot.name);
  const offers = (result.offers ?? []).filter((value) => slot.type.accepts(value)).slice(0, MAX_OFFERS);
  if (offers.length === 0) return draft.ask({ kind: 'slot', slot: slot.name });
  const spoken = draft.step().outputs.some((output) => output.kind === 'say' && output.text.includes(offersText(form, result, now)));
  if (!spoken) return draft.ask({ kind: 'which', slot: slot.name, values: offers, heard: '' });
  const { state: asked } = new Draft(form, draft.state, now).ask({ kind: 'which', slot: slot.name, values: offers, heard: '' });
  const asks = draft.step().outputs.some((output) => output.kind === 'say' && output.text.trim().endsWith('?'));
  if (!asks) draft.say(draft.form.language.forms.says.whichSuits);
  return { state: asked, outputs: draft.step().outputs };
}

/** The caller's yes or no, spoken or by the keys that were offered for it. */
function answerTo(draft: Draft, { text, keys }: Said): 'yes' | 'no' | undefined {
  if (!keys) return yesOrNo(text, draft.form.language);
  return text === '1' ? 'yes' : text === '2' ? 'no' : undefined;
}

function notUnderstood(draft: Draft): FormStep {
  return { state: draft.state, outputs: [{ kind: 'not-understood' }] };
}

function context(draft: Draft, corrects: boolean): ReadingContext {
  return { language: draft.form.language, now: draft.now, asked: draft.asked, values: draft.state.values, last: draft.last, corrects };
}

/** A yes heard with less is asked for again, because it acts. */
const SURE_YES: Ratio = ratio(0.5);
/** More than any form needs; one that comes here goes in circles. */
const MAX_STEPS = 60;
const MAX_REFUSALS = 4;
const MAX_OFFERS = 4;
