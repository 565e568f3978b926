import type { SlotLanguage } from '../../../language/slot-language.ts';
import { choose } from '../reading.ts';
import type { SlotValue } from '../slot-type.ts';
import { tokenise } from '../tokens.ts';
import type { CheckedSlotType } from './checked-slot-type.ts';

/** Values are true and false. */
export function yesNoSlot(language: SlotLanguage): CheckedSlotType {
  return {
    type: 'yes-no',
    expects: 'yes-no',
    takesKeys: false,
    hotwords: [],
    schema: { type: 'boolean' },
    read(utterance, context) {
      const tokens = tokenise(utterance);
      return choose(tokens, language.findYesNo(tokens), context, ({ values }) => ({ kind: 'values', values }));
    },
    say: (value) => language.say.yesNo(value === true),
    accepts: (value): value is SlotValue => typeof value === 'boolean',
    fault: (value) => (typeof value === 'boolean' ? undefined : 'no-answer'),
  };
}
