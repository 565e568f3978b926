import type { CallFailure } from './call-client.ts';

/** Trouble, and what to do about it. */
export interface FailureNotice {
  readonly code: string;
  readonly text: string;
  readonly advice: string;
  /** Stays: nothing on this page can mend it. */
  readonly isLasting: boolean;
}

export function noticeOf({ code, text, advice }: CallFailure): FailureNotice {
  return { code, text, advice, isLasting: false };
}

/** Browsers give out microphones only to pages from https, or from the same machine. */
export const INSECURE_CONTEXT: FailureNotice = {
  code: 'INSECURE_CONTEXT',
  text: 'This page came over plain http from another machine, so the browser will not let it use the microphone.',
  advice:
    'Start the service with `npm start -- --lan`, which turns https on, and open the https:// address that it prints. Or open http://localhost:3000 on the machine itself.',
  isLasting: true,
};

/** A failure of the page's own code, told like any other. */
export function unexpected(error: unknown): CallFailure {
  const told = error as Partial<CallFailure> | null;
  if (typeof told?.code === 'string' && typeof told.text === 'string' && typeof told.advice === 'string') return told as CallFailure;
  return {
    code: 'PAGE_FAULT',
    text: `Something in the page went wrong: ${error instanceof Error ? error.message : String(error)}.`,
    advice: 'Reload the page and call again.',
  };
}

/** Whether the levels show that trouble with the sound is over. */
export function isMended(code: string, levels: { readonly callerDbov: number; readonly botDbov: number }): boolean {
  if (code === 'MICROPHONE_SILENT') return levels.callerDbov > AUDIBLE_DBOV;
  return code === 'NO_AUDIO' && levels.botDbov > AUDIBLE_DBOV;
}

/** Well above comfort noise, well below quiet speech; a guess. */
const AUDIBLE_DBOV = -50;
