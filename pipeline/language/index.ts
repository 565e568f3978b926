/** What the words of another language are written with: the contract, the readers of tables, and how words come. */
export type { FormLanguage } from './form-language.ts';
export type { Language } from './language.ts';
export type { SlotLanguage } from './slot-language.ts';
export { NOTHING } from './speech-language.ts';
export type { TurnLanguage } from './turn-language.ts';
export type { CorrectionWords } from '../dialogue/slots/corrections.ts';
export type { Found } from '../dialogue/slots/reading.ts';
export { phrases, type Token } from '../dialogue/slots/tokens.ts';
export { addDays } from '../dialogue/slots/calendar.ts';
export { attentionBy } from '../text/attention.ts';
export { backchannelsBy } from '../text/backchannel.ts';
export { completenessBy } from '../text/completeness.ts';
export { endsInDigits } from '../text/trailing-number.ts';
