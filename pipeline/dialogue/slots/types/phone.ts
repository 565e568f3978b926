import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/min';
import type { DigitRun } from '../meanings.ts';
import type { SlotLanguage } from '../../../language/slot-language.ts';
import { choose } from '../reading.ts';
import type { Found } from '../reading.ts';
import type { SpecOf } from '../slot-spec.ts';
import type { SlotValue } from '../slot-type.ts';
import { tokenise } from '../tokens.ts';
import type { CheckedSlotType } from './checked-slot-type.ts';

/** Fewer digits than this are something else, unless a telephone number was asked for. */
const MIN_UNASKED_DIGITS = 9;
const MIN_ASKED_DIGITS = 3;

/** Values are E.164, "+14155550123". Codes: `too-short`, `too-long`, `no-such-number`. */
export function phoneSlot(spec: SpecOf<'phone'>, language: SlotLanguage): CheckedSlotType {
  // The settings were looked up when they were read: there is no other country.
  const country = spec.country as CountryCode;
  return {
    type: 'phone',
    expects: 'digits',
    takesKeys: true,
    hotwords: [],
    schema: { type: 'string', pattern: '^\\+[1-9]\\d{5,14}$', description: 'telephone number, E.164' },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      const found = language
        .findDigitRuns(tokens)
        .flatMap((run): Found<DigitRun>[] =>
          run.digits.length < MIN_ASKED_DIGITS || run.clock === true
            ? []
            : [{ values: [run], from: run.from, to: run.to, sure: run.digits.length >= MIN_UNASKED_DIGITS }],
        );
      return choose(tokens, found, context, ({ values: [run] }) => {
        const parsed = run === undefined ? undefined : parse(run, country);
        const code = parsed === undefined || run === undefined ? lengthCode(run?.digits ?? '') : faultOf(parsed);
        if (code !== undefined) return { kind: 'invalid', code };
        return { kind: 'values', values: [parsed?.number ?? ''], confidence: parsed?.isValid() === true ? 0.95 : 0.6 };
      });
    },
    say: (value) => sayPhone(String(value), country, language),
    accepts: (value): value is SlotValue =>
      typeof value === 'string' && /^\+[1-9]\d{5,14}$/.test(value) && parsePhoneNumberFromString(value)?.isPossible() === true,
    fault: (value) =>
      typeof value === 'string' && parsePhoneNumberFromString(value)?.isPossible() === true ? undefined : 'no-such-number',
  };
}

function parse(run: DigitRun, country: CountryCode): PhoneNumber | undefined {
  const international = run.plus ? `+${run.digits}` : run.digits.replace(/^00(?=[1-9])/, '+');
  const parsed = parsePhoneNumberFromString(international, country);
  if (run.plus || parsed?.isValid() === true) return parsed;
  // "One, four one five, ...": the country code without a plus.
  const withCode = parsePhoneNumberFromString(`+${run.digits}`);
  return withCode?.isValid() === true && withCode.country === country ? withCode : parsed;
}

function faultOf(number: PhoneNumber): string | undefined {
  if (number.isPossible()) return undefined;
  return lengthCode(number.nationalNumber);
}

function lengthCode(digits: string): string {
  if (digits.length > 9) return digits.length > 10 ? 'too-long' : 'no-such-number';
  return 'too-short';
}

/** In the groups that people of the number's country write it in. */
function sayPhone(value: string, country: CountryCode, language: SlotLanguage): string {
  const number = parsePhoneNumberFromString(value);
  if (number === undefined) return language.say.digits(value.replace(/\D/g, ''));
  const home =
    number.country === country || number.countryCallingCode === parsePhoneNumberFromString('5555555555', country)?.countryCallingCode;
  const text = home ? number.formatNational() : number.formatInternational().replace(/^\+\d+\s*/, '');
  const groups = text.match(/\d+/g) ?? [];
  const spoken = language.say.digits(
    groups.join(''),
    groups.map((group) => group.length),
  );
  return home ? spoken : `${language.say.plus} ${language.say.digits(number.countryCallingCode)}, ${spoken}`;
}
