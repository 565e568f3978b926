import type { Language } from '../language.ts';
import { forms } from './forms/english.ts';
import { knowledge } from './knowledge/english.ts';
import { lines } from './lines.ts';
import { english as slots } from './slots/english.ts';
import { speech } from './speech/english.ts';
import { tone } from './tone/english.ts';
import { turns } from './turns/english.ts';

export const english: Language = { turns, slots, forms, speech, knowledge, lines, tone };
