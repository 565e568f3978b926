import type { SpeechLanguage } from '../../speech-language.ts';
import { breaks } from './breaks.ts';
import { sayAbbreviations } from './spoken-abbreviations.ts';
import { sayAddresses } from './spoken-addresses.ts';
import { sayNumbers } from './spoken-numbers.ts';

/** What the front end of the voice reads right is left to it: "9:30am", "3.5 kg", "3/4/2027", "Harbor St.", "$12.50", "50%", "Chapter IV". */
export const speech: SpeechLanguage = {
  say: (text) => sayAbbreviations(sayNumbers(sayAddresses(text))),
  markup: {
    star: 'star',
    month: /^(?:January|February|March|April|May(?=\s*\d|[\s.,;!?]*$)|June|July|August|September|October|November|December)\b/,
  },
  breaks,
  charsPerSecond: 15,
};
