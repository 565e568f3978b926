/** What a persona says where its file has no words of its own. */
export interface FallbackLines {
  readonly unsure: string;
  /** `{topics}` stands for what can be told. */
  readonly unsureNear: string;
  readonly offerMessage: string;
  readonly notHeard: string;
  readonly holding: string;
  readonly stopped: string;
  /** Other words for these lines, so that none is said in two turns in a row. */
  readonly otherWords: Readonly<Record<'unsure' | 'notHeard' | 'holding' | 'stopped' | 'fault', string[]>>;
  readonly stillThere: readonly [string, string];
  readonly silentGoodbye: string;
  readonly goodbye: string;
  readonly fault: string;
  readonly shutdown: string;
  readonly takeMessage: { readonly ask: string; readonly thanks: string };
  readonly actions: {
    readonly running: string;
    readonly refusedOtherwise: string;
    readonly failed: string;
    readonly uncertain: string;
  };
}
