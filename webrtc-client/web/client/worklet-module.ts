import { workletFile, workletSource } from 'virtual:audio-worklet';
import { CallError } from './call-error.ts';

/** Loads our processors into `context`: from a file beside this one, or from within it, whichever the page's policy lets through. */
export async function addWorkletModule(context: AudioContext): Promise<void> {
  let cause: unknown;
  for (const address of [() => new URL(/* @vite-ignore */ workletFile, import.meta.url).href, blobAddress]) {
    try {
      const url = address();
      if (url === undefined) continue;
      await context.audioWorklet.addModule(url);
      return;
    } catch (error) {
      cause = error;
    }
  }
  throw new CallError(
    'AUDIO_WORKLET_FAILED',
    'The browser would not load the part that handles sound.',
    "The page's Content-Security-Policy has to allow scripts of the bot's server, or `blob:`.",
    { cause },
  );
}

/** A data address is of no use here: browsers take worklets from `blob:` and from servers only. */
function blobAddress(): string | undefined {
  if (workletSource === undefined) return undefined;
  return URL.createObjectURL(new Blob([workletSource], { type: 'text/javascript' }));
}
