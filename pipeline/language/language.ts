import type { FallbackLines } from './fallback-lines.ts';
import type { FormLanguage } from './form-language.ts';
import type { KnowledgeLanguage } from './knowledge-language.ts';
import type { SlotLanguage } from './slot-language.ts';
import type { SpeechLanguage } from './speech-language.ts';
import type { ToneLanguage } from './tone-language.ts';
import type { TurnLanguage } from './turn-language.ts';

/** All that Parley knows of one language. Another one is a folder with another value of this, and a line in `languages.ts`. */
export interface Language {
  readonly turns: TurnLanguage;
  readonly slots: SlotLanguage;
  readonly forms: FormLanguage;
  readonly speech: SpeechLanguage;
  readonly knowledge: KnowledgeLanguage;
  /** What a persona says where its file has no words of its own. */
  readonly lines: FallbackLines;
  /** Absent where words tell no tone; the voice still does. */
  readonly tone?: ToneLanguage;
}
