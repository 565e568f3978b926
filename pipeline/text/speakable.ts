import { withoutMarkup } from './markup.ts';
import { sayAbbreviations } from '../language/english/speech/spoken-abbreviations.ts';
import { sayAddresses } from '../language/english/speech/spoken-addresses.ts';
import { sayNumbers } from '../language/english/speech/spoken-numbers.ts';

/**
 * Text as the tts service should get it: without markup, lists, code, links and emoji, and with what its front end
 * misreads written as it is said. What the front end reads right is left to it: "9:30am", "3.5 kg", "3/4/2027",
 * "Harbor St.", "$12.50", "50%", "Chapter IV". Empty if there is nothing to say.
 */
export function makeSpeakable(text: string): string {
  const plain = withoutMarkup(text);
  const said = sayAbbreviations(sayNumbers(sayAddresses(plain)));
  const tidy = said
    .replace(/\s+/g, ' ')
    .replace(/ +([,.;:!?])/g, '$1')
    .trim();
  return /[\p{L}\p{N}]/u.test(tidy) ? tidy : '';
}
