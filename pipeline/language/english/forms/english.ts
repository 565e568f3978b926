import { english as corrections } from '../slots/correction-words.ts';
import type { FormLanguage } from '../../form-language.ts';
import { hears } from './hearing.ts';
import { says } from './sayings.ts';

export const forms: FormLanguage = { corrections, hears, says };
