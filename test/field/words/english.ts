import { languageOrDefault, makeSpeakable as speakable } from '#pipeline';

/** Text as the voice gets it from an English persona. */
export function makeSpeakable(text: string): string {
  return speakable(text, languageOrDefault('en').speech);
}
