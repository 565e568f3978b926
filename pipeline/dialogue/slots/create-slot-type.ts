import { unreachable } from '#domain/assert';
import type { SlotLanguage } from '../../language/slot-language.ts';
import { NONE } from './reading.ts';
import type { SlotSpec } from './slot-spec.ts';
import type { SlotReading } from './slot-type.ts';
import { countSlot, durationSlot, moneySlot, numberSlot } from './types/amounts.ts';
import type { CheckedSlotType } from './types/checked-slot-type.ts';
import { choiceSlot } from './types/choice.ts';
import { dateSlot } from './types/date.ts';
import { phoneSlot } from './types/phone.ts';
import { timeSlot } from './types/time.ts';
import { digitsSlot, emailSlot, nameSlot, textSlot } from './types/words.ts';
import { yesNoSlot } from './types/yes-no.ts';

export type { CheckedSlotType } from './types/checked-slot-type.ts';

export function createSlotType(spec: SlotSpec, language: SlotLanguage): CheckedSlotType {
  switch (spec.type) {
    case 'date':
      return dateSlot(spec, language);
    case 'time':
      return timeSlot(spec, language);
    case 'duration':
      return durationSlot(spec, language);
    case 'number':
      return numberSlot(spec, language);
    case 'count':
      return countSlot(spec, language);
    case 'money':
      return moneySlot(spec, language);
    case 'yes-no':
      return yesNoSlot(language);
    case 'choice':
      return choiceSlot(spec, language);
    case 'phone':
      return phoneSlot(spec, language);
    case 'digits':
      return digitsSlot(spec, language);
    case 'name':
      return nameSlot(spec, language);
    case 'email':
      return emailSlot(language);
    case 'text':
      return textSlot(spec, language);
    default:
      return unreachable(spec);
  }
}

/** The answer to a question that the bot has just put; `none` where there is neither a yes nor a no. */
export function readYesNo(utterance: string, language: SlotLanguage): SlotReading {
  return utterance === '' ? NONE : yesNoSlot(language).read(utterance, { asked: true, now: NO_TIME, known: {} });
}

/** Yes and no do not depend on it. */
const NO_TIME = { year: 2000, month: 1, day: 1, hour: 0, minute: 0, weekday: 6 };
