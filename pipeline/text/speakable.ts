import type { SpeechLanguage } from '../language/speech-language.ts';
import { withoutMarkup } from './markup.ts';

/**
 * Text as the tts service should get it: without markup, lists, code, links and emoji, and with what its front end
 * misreads written as it is said. Empty if there is nothing to say.
 */
export function makeSpeakable(text: string, speech: SpeechLanguage): string {
  const tidy = speech
    .say(withoutMarkup(text, speech.markup))
    .replace(/\s+/g, ' ')
    .replace(/ +([,.;:!?])/g, '$1')
    .trim();
  return /[\p{L}\p{N}]/u.test(tidy) ? tidy : '';
}
