import { english as corrections } from '../slots/correction-words.ts';
import { english as slots } from '../slots/english.ts';
import type { FormLanguage } from '../../form-language.ts';
import { hears } from './hearing.ts';
import { says } from './sayings.ts';

export const english: FormLanguage = { slots, corrections, hears, says };
