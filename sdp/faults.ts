import type { AppError } from '#domain/errors';

/** Makes what a reader of session descriptions refuses with; `line` 0: no one line is to blame. */
export type SdpFault = (line: number, what: string) => AppError;

/** How a reader takes what it cannot read. */
export interface SdpFaults {
  /** The text cannot be used. To be thrown. */
  readonly fatal: SdpFault;
  /** One attribute makes no sense or contradicts another. Throws, or returns: then it counts as not said. */
  readonly detail: (line: number, what: string) => void;
}

/** Nothing that was said is passed over: the far side is a program that can be mended, and its author reads the error. */
export function strict(fault: SdpFault): SdpFaults {
  return {
    fatal: fault,
    detail: (line, what) => {
      throw fault(line, what);
    },
  };
}

/** A call is worth more than one odd attribute: the far side is a telephone that nobody will mend. */
export function lenient(fault: SdpFault): SdpFaults {
  return { fatal: fault, detail: () => {} };
}

/** Enough of a value to be recognised in an error, without what could disturb a terminal or a header. */
export function excerpt(text: string): string {
  const short = text
    .slice(0, 60)
    .toWellFormed()
    .replace(/[^\x20-\x7e]/g, '?');
  return text.length > 60 ? `${short}...` : short;
}
