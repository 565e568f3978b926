import type { SlotLanguage } from '../../slot-language.ts';

/** Letters that telephone lines confuse become one; vowels fall together. */
export const sounds: SlotLanguage['sounds'] = [
  [/ph|v/g, 'f'],
  [/ck|q|c(?![eiy])/g, 'k'],
  [/c|z|x/g, 's'],
  [/gh/g, ''],
  [/[dt]h?/g, 't'],
  [/b/g, 'p'],
  [/g/g, 'k'],
  [/[mn]/g, 'n'],
  [/wh/g, 'w'],
  [/[aeiouy]+/g, 'a'],
];
