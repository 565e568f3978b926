import type { TurnLanguage } from '../../turn-language.ts';
import * as attention from './attention.ts';
import * as backchannel from './backchannel.ts';
import * as completeness from './completeness.ts';
import { NO_NAMES } from './no-names.ts';
import { soundsLikeDigit, withDigits } from './spoken-digits.ts';

export const turns: TurnLanguage = { ...completeness, ...backchannel, ...attention, withDigits, soundsLikeDigit, noNames: NO_NAMES };
