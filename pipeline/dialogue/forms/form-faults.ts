import { placeholdersIn } from '../actions/template.ts';
import type { ActionDeclaration } from '../actions/declaration.ts';
import { createSlotType } from '../slots/create-slot-type.ts';
import type { FormDeclaration, SlotDeclaration } from './declaration.ts';
import { withSecretsOf } from './form.ts';
import type { Language } from '../../language/language.ts';
import { knownLanguages, languageOf, languageOrDefault } from '../../language/language-of.ts';

export interface FormFault {
  readonly path: readonly PropertyKey[];
  /** Begins after the key: ` = "x": this name is taken`. */
  readonly message: string;
}

interface Declared {
  readonly language: string;
  readonly mode: string;
  readonly knowledge: readonly { readonly id: string }[];
  readonly forms: readonly FormDeclaration[];
  readonly actions: readonly ActionDeclaration[];
}

/** What the schema of a single key cannot say: names that occur twice, and names of what is not there. */
export function formFaults({ mode, language, knowledge, forms, actions }: Declared): readonly FormFault[] {
  const faults: FormFault[] = [];
  if (forms.length > 0 && mode !== 'knowledge')
    faults.push({ path: ['forms'], message: `: forms need mode: knowledge; in mode "${mode}" nobody starts them` });
  if (forms.length > 0 && languageOf(language) === undefined)
    faults.push({
      path: ['language'],
      message: ` = "${language}": forms understand ${knownLanguages().join(', ')} only, so that nobody could fill them in`,
    });
  faults.push(
    ...twice(
      actions.map(({ name }) => name),
      (at) => ['actions', at, 'name'],
      'this name is taken; each action needs its own',
    ),
  );
  const ids = new Set(knowledge.map(({ id }) => id));
  for (const [at, form] of forms.entries()) {
    if (ids.has(form.id))
      faults.push({
        path: ['forms', at, 'id'],
        message: ` = "${form.id}": this id is taken; each form and each knowledge entry needs its own`,
      });
    ids.add(form.id);
    faults.push(
      ...faultsOf(form, actions, languageOrDefault(language)).map(({ path, message }) => ({ path: ['forms', at, ...path], message })),
    );
  }
  return faults;
}

function faultsOf(declared: FormDeclaration, actions: readonly ActionDeclaration[], language: Language): readonly FormFault[] {
  const form = withSecretsOf(
    actions.find(({ name }) => name === declared.complete.action),
    declared,
  );
  const names = form.slots.map(({ name }) => name);
  return [
    ...twice(names, (at) => ['slots', at, 'name'], 'this name is taken; each slot of a form needs its own'),
    ...form.slots.flatMap((slot, at) =>
      slotFaults(slot, form.slots, language).map(({ path, message }) => ({ path: ['slots', at, ...path], message })),
    ),
    ...readBackFaults(form),
    ...actionFaults(form, actions),
  ];
}

function slotFaults(slot: SlotDeclaration, slots: readonly SlotDeclaration[], language: Language): readonly FormFault[] {
  const faults: FormFault[] = [];
  const others = slots.filter(({ name }) => name !== slot.name).map(({ name }) => name);
  if (slot.default !== undefined && !createSlotType(slot.spec, language.slots).accepts(slot.default)) {
    faults.push({
      path: ['default'],
      message: ` = ${JSON.stringify(slot.default)}: is no ${slot.spec.type} with these settings${FORMATS[slot.spec.type] ?? ''}`,
    });
  }
  const codes = [...(CODES[slot.spec.type] ?? []), 'otherwise'];
  for (const code of Object.keys(slot.invalid)) {
    if (!codes.includes(code))
      faults.push({
        path: ['invalid', code],
        message: ` is nothing that a ${slot.spec.type} can be wrong with; there are: ${codes.join(', ')}`,
      });
  }
  for (const [at, constraint] of slot.constraints.entries()) {
    for (const key of ['after', 'before', 'not'] as const) {
      const other = constraint[key];
      if (typeof other === 'string' && !others.includes(other))
        faults.push({ path: ['constraints', at, key], message: ` = "${other}": ${noSlot(others)}` });
    }
  }
  if (slot.spec.type === 'time' && slot.spec.date !== undefined) {
    const { date } = slot.spec;
    const dates = slots.filter(({ spec }) => spec.type === 'date').map(({ name }) => name);
    if (!dates.includes(date))
      faults.push({
        path: ['date'],
        message: ` = "${date}": must be a slot of type date${dates.length === 0 ? '; there is none' : `: ${dates.join(', ')}`}`,
      });
  }
  if (slot.past === 'next-day' && (slot.spec.type !== 'time' || slot.spec.date === undefined))
    faults.push({
      path: ['past'],
      message: ' = "next-day": only a time that names its date can move to the next day: {type: time, date: NAME OF THE DATE SLOT}',
    });
  for (const key of ['prompt', 'again', 'help'] as const) {
    const [place] = placeholdersIn(slot[key] ?? '');
    if (place !== undefined)
      faults.push({
        path: [key],
        message: `: {${place.name}} is not filled in here; values can stand in readBack, done, refused and failed`,
      });
  }
  return faults;
}

/** Whoever says yes must have heard what to. */
function readBackFaults({ readBack, slots }: FormDeclaration): readonly FormFault[] {
  if (readBack === undefined) return [];
  const faults: FormFault[] = [];
  const named = new Set(placeholdersIn(readBack).map(({ name }) => name));
  for (const name of named) {
    const slot = slots.find((each) => each.name === name);
    if (slot === undefined) faults.push({ path: ['readBack'], message: `: {${name}}: ${noSlot(slots.map((each) => each.name))}` });
    else if (slot.secret) faults.push({ path: ['readBack'], message: `: {${name}} is secret and never said; take it out` });
  }
  for (const { name, confirm, optional } of slots) {
    if (confirm && !optional && !named.has(name))
      faults.push({
        path: ['readBack'],
        message: `: does not say {${name}}, so the caller would agree to something unheard; add it, or set confirm: false on that slot`,
      });
  }
  if (!readBack.trim().endsWith('?')) faults.push({ path: ['readBack'], message: ': must end in a question, such as "Is that right?"' });
  return faults;
}

function actionFaults(form: FormDeclaration, actions: readonly ActionDeclaration[]): readonly FormFault[] {
  const { complete, slots } = form;
  const names = slots.map(({ name }) => name);
  const action = actions.find(({ name }) => name === complete.action);
  if (action === undefined) {
    const there = actions.length === 0 ? 'there are none under "actions"' : `there are: ${actions.map(({ name }) => name).join(', ')}`;
    return [{ path: ['complete'], message: ` = "${complete.action}": no action has this name; ${there}` }];
  }
  const faults: FormFault[] = [];
  const wanted = action.arguments === undefined ? undefined : Object.keys(action.arguments);
  for (const [argument, slot] of Object.entries(complete.arguments)) {
    if (!names.includes(slot)) faults.push({ path: ['complete', 'arguments', argument], message: ` = "${slot}": ${noSlot(names)}` });
    if (wanted === undefined || !wanted.includes(argument))
      faults.push({
        path: ['complete', 'arguments', argument],
        message: `: action "${action.name}" declares no such argument${wanted === undefined ? '; it takes the slots as they are called' : `: ${wanted.join(', ')}`}`,
      });
  }
  for (const argument of wanted ?? []) {
    const source = complete.arguments[argument] ?? argument;
    const slot = slots.find(({ name }) => name === source);
    const needed = !action.optional.includes(argument);
    if (slot === undefined && needed)
      faults.push({
        path: ['complete'],
        message: `: action "${action.name}" needs "${argument}", and no slot is called so; add one, or name it under complete.arguments`,
      });
    else if (slot?.optional === true && needed)
      faults.push({ path: ['complete'], message: `: action "${action.name}" needs "${argument}", but the slot "${source}" is optional` });
  }
  return [...faults, ...resultFaults(form, action)];
}

/** What a module's result holds is not known before it runs; the results of the other kinds are declared. */
function resultFaults(form: FormDeclaration, action: ActionDeclaration): readonly FormFault[] {
  if (action.kind === 'module') return [];
  const results =
    action.kind === 'http' ? [...Object.keys(action.result), ...action.refusals.flatMap(({ values }) => Object.keys(values))] : [];
  const known = new Set([...form.slots.map(({ name }) => name), ...results, 'offers']);
  const texts: readonly (readonly [readonly PropertyKey[], string | undefined])[] = [
    [['done'], form.done],
    [['failed'], form.failed],
    ...Object.entries(form.refused).map(([code, text]) => [['refused', code], text] as const),
  ];
  return texts.flatMap(([path, text]) =>
    placeholdersIn(text ?? '')
      .filter(({ name }) => !known.has(name))
      .map(({ name }) => ({ path, message: `: {${name}} is neither a slot nor a value of the action's result: ${[...known].join(', ')}` })),
  );
}

function twice(names: readonly string[], pathOf: (at: number) => readonly PropertyKey[], why: string): readonly FormFault[] {
  return names.flatMap((name, at) => (names.indexOf(name) < at ? [{ path: pathOf(at), message: ` = "${name}": ${why}` }] : []));
}

function noSlot(names: readonly string[]): string {
  return `no other slot has this name; there are: ${names.join(', ') || 'none'}`;
}

/** Why values of a type are refused. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  date: ['past', 'too-early', 'too-late', 'closed-day', 'no-such-date'],
  time: ['past', 'outside-hours', 'off-step', 'no-such-time'],
  duration: ['too-short', 'too-long', 'off-step'],
  number: ['too-small', 'too-large', 'not-whole'],
  count: ['too-few', 'too-many', 'not-whole'],
  money: ['too-little', 'too-much'],
  phone: ['too-short', 'too-long', 'no-such-number'],
  digits: ['too-short', 'too-long'],
  email: ['incomplete'],
  text: ['too-short', 'too-long'],
};
/** How values are written, for whoever writes a default. */
const FORMATS: Readonly<Record<string, string>> = {
  date: "; a date is written '2026-03-21'",
  time: "; a time is written '14:30'",
  duration: '; a duration is a number of minutes',
  choice: '; one of the values under choices',
};
