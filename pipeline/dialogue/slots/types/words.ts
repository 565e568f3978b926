import type { DigitRun } from '../meanings.ts';
import type { SlotLanguage } from '../../../language/slot-language.ts';
import { choose, NONE, readingOf } from '../reading.ts';
import type { Found } from '../reading.ts';
import type { SpecOf } from '../slot-spec.ts';
import type { SlotReading, SlotValue } from '../slot-type.ts';
import { phraseAt, phrases, textAt, tokenise } from '../tokens.ts';
import type { Token } from '../tokens.ts';
import type { CheckedSlotType } from './checked-slot-type.ts';

/** Values are strings of digits; zeros at the front stay. Codes: `too-short`, `too-long`. */
export function digitsSlot(spec: SpecOf<'digits'>, language: SlotLanguage): CheckedSlotType {
  const least = spec.length ?? spec.minLength;
  const most = spec.length ?? spec.maxLength;
  const leads = phrases(...spec.leads);
  const fault = (digits: string): string | undefined =>
    digits.length < least ? 'too-short' : digits.length > most ? 'too-long' : undefined;
  return {
    type: 'digits',
    expects: 'digits',
    takesKeys: true,
    hotwords: [],
    schema: { type: 'string', pattern: `^\\d{${least},${most}}$` },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const found = language
        .findDigitRuns(tokens)
        .map((run): Found<DigitRun> => ({ values: [run], from: run.from, to: run.to, sure: isLed(tokens, run.from, leads) }));
      return choose(tokens, found, context, ({ values: [run] }) => {
        const digits = run?.digits ?? '';
        const code = fault(digits);
        return code === undefined
          ? { kind: 'values', values: [digits], confidence: run?.clock === true ? 0.5 : 0.95 }
          : { kind: 'invalid', code };
      });
    },
    say: (value) => language.say.digits(String(value)),
    accepts: (value): value is SlotValue => typeof value === 'string' && /^\d+$/.test(value) && fault(value) === undefined,
    fault: (value) => fault(String(value)),
  };
}

/** Values are names as written; spelled ones are surer. */
export function nameSlot(spec: SpecOf<'name'>, language: SlotLanguage): CheckedSlotType {
  const accepts = (value: unknown): value is SlotValue =>
    typeof value === 'string' && value.trim() !== '' && value.length <= 200 && !/[\p{Cc}]/u.test(value);
  return {
    type: 'name',
    expects: 'words',
    takesKeys: false,
    hotwords: [],
    schema: { type: 'string', minLength: 1, maxLength: 200 },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      return choose(tokens, language.findNames(tokens, spec.maxWords), context, ({ values }) => ({ kind: 'values', values }));
    },
    say: String,
    accepts,
    fault: (value) => (accepts(value) ? undefined : 'no-name'),
  };
}

/** Values are addresses in lower case. Codes: `incomplete`. */
export function emailSlot(language: SlotLanguage): CheckedSlotType {
  const accepts = (value: unknown): value is SlotValue => typeof value === 'string' && value.length <= 254 && EMAIL.test(value);
  return {
    type: 'email',
    expects: 'words',
    takesKeys: false,
    hotwords: [],
    schema: { type: 'string', format: 'email', maxLength: 254 },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      return choose(tokens, language.findEmails(tokens), context, ({ values }) => {
        const addresses = values.flatMap((value) => (value.kind === 'address' && accepts(value.address) ? [value.address] : []));
        return addresses.length > 0 ? { kind: 'values', values: addresses } : { kind: 'invalid', code: 'incomplete' };
      });
    },
    say: (value) => language.say.email(String(value)),
    accepts,
    fault: (value) => (accepts(value) ? undefined : 'incomplete'),
  };
}

/** Values are the caller's own words. Codes: `too-short`, `too-long`. */
export function textSlot(spec: SpecOf<'text'>, language: SlotLanguage): CheckedSlotType {
  const leads = phrases(...spec.leads);
  const fault = (text: string): string | undefined =>
    text.trim().length < spec.minLength ? 'too-short' : text.length > spec.maxLength ? 'too-long' : undefined;
  return {
    type: 'text',
    expects: 'words',
    takesKeys: false,
    hotwords: [],
    schema: { type: 'string', minLength: spec.minLength, maxLength: spec.maxLength },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const led = afterLead(tokens, leads);
      if (led === undefined && !context.asked) return NONE;
      return textFrom(utterance, tokens, led ?? pastOpenings(tokens, language.textOpenings), fault);
    },
    say: String,
    accepts: (value): value is SlotValue => typeof value === 'string' && fault(value) === undefined,
    fault: (value) => fault(String(value)),
  };
}

function textFrom(utterance: string, tokens: readonly Token[], from: number, fault: (text: string) => string | undefined): SlotReading {
  const first = tokens[from];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined || !tokens.slice(from).some((token) => token.kind !== 'mark')) return NONE;
  const text = utterance.slice(first.from, last.to).trim();
  const code = fault(text);
  const span = [first.from, last.to] as const;
  return code === undefined ? readingOf([text], span, 0.9) : { kind: 'invalid', code, span };
}

function afterLead(tokens: readonly Token[], leads: readonly (readonly string[])[]): number | undefined {
  for (let index = 0; index < tokens.length; index += 1) {
    const after = phraseAt(tokens, index, leads);
    if (after !== undefined && after < tokens.length) return after;
  }
  return undefined;
}

function pastOpenings(tokens: readonly Token[], openings: readonly (readonly string[])[]): number {
  let index = 0;
  for (let next = phraseAt(tokens, index, openings); next !== undefined && next < tokens.length; next = phraseAt(tokens, index, openings))
    index = next;
  return index;
}

/** "Order number is 1 2 3": a lead word just before, at most three small words between. */
function isLed(tokens: readonly Token[], from: number, leads: readonly (readonly string[])[]): boolean {
  for (let index = Math.max(0, from - 8); index < from; index += 1) {
    const after = phraseAt(tokens, index, leads);
    if (after !== undefined && after <= from && from - after <= 3 && !/^[.?!]$/.test(textAt(tokens, from - 1))) return true;
  }
  return false;
}

/** The addresses that HTML forms accept, with a dot in the domain. */
const EMAIL = /^[a-z0-9._+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/;
