import type { Ms } from '#domain/units';

/** One account, as its registration needs it. */
export interface Account {
  readonly name: string;
  readonly domain: string;
  readonly user: string;
  readonly authUser: string;
  readonly password: string;
  /** The preferred first; at least one. */
  readonly registrars: readonly string[];
  readonly outboundProxy: string | undefined;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly expiresS: number;
  readonly rewriteContact: boolean;
}

export type RegistrationFault =
  /** Two answers to challenges were refused: the password or the user is wrong. */
  | 'wrong-password'
  /** No challenge that we can answer. */
  | 'unknown-challenge'
  | 'refused'
  | 'redirected'
  | 'unavailable'
  | 'no-answer'
  /** Nothing could be sent. */
  | 'unreachable';

export interface RegistrationStatus {
  /** `failed`: not registered, tried again soon. `refused`: the registrar does not want us, tried again after minutes. */
  readonly state: 'registering' | 'registered' | 'refused' | 'failed' | 'stopped';
  /** Where the last request went. */
  readonly registrar: string;
  /** Why the last try failed; also while an earlier registration still holds. */
  readonly fault?: RegistrationFault;
  /** SIP status of that answer. */
  readonly status?: number;
  /** How long the registration holds. */
  readonly expiresS?: number;
  readonly nextTryAtMs?: Ms;
}

export interface RegisterAnswer {
  readonly status: number;
  /** Of whoever answered. */
  readonly address: string;
  /** A header field by its name; repeated ones as a comma list. */
  readonly get: (name: string) => string | undefined;
}

export type RegistrationInput =
  | { readonly kind: 'start' }
  /** The request `id` left, with this Contact. */
  | { readonly kind: 'sent'; readonly id: number; readonly contact: string | undefined }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: RegisterAnswer }
  /** The request `id` could not be sent. */
  | { readonly kind: 'not-sent'; readonly id: number }
  | { readonly kind: 'wake' }
  | { readonly kind: 'stop' };

export type RegistrationAction =
  | {
      readonly kind: 'send';
      readonly id: number;
      readonly uri: string;
      /** Where to, as a SIP URI. */
      readonly nextHop: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** Something an operator wants to know. */
  | { readonly kind: 'changed'; readonly status: RegistrationStatus }
  /** Nothing more is to come. */
  | { readonly kind: 'stopped' };
