import type { PeerCommand } from '#media';
import { matches, readIfMatch } from './entity-tags.ts';
import type { Refusal } from './refusal.ts';
import { isRestart, type IceFragment } from './sdp/fragment.ts';
import type { IceCredentials } from '#sdp';

export type PatchVerdict =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'trickle'; readonly command: PeerCommand | undefined }
  /** Answered once the transport says `ice-restarted`. */
  | { readonly kind: 'restart'; readonly command: PeerCommand };

/** Core: which ICE session of a call is in force, and what a PATCH does to it. RFC 9725 section 4.3. */
export class IceSession {
  #remote: IceCredentials;
  #generation = 1;
  #restarting = false;

  constructor(remote: IceCredentials) {
    this.#remote = remote;
  }

  /** Names the ICE session; a strong entity tag. */
  get etag(): string {
    return `"ice-${this.#generation}"`;
  }

  patch(fragment: IceFragment, ifMatch: string | undefined): PatchVerdict {
    if (ifMatch === undefined)
      return refused(
        428,
        'PRECONDITION_REQUIRED',
        `Send If-Match with the entity tag of the ICE session, ${this.etag}, or "*" for an ICE restart.`,
      );
    const wanted = readIfMatch(ifMatch);
    if (wanted.kind === 'unreadable')
      return refused(400, 'BAD_IF_MATCH', 'If-Match must be "*" or a list of entity tags in quotes, such as "ice-1".');
    const isAny = wanted.kind === 'any';
    if (!matches(wanted, this.etag))
      return refused(
        412,
        'PRECONDITION_FAILED',
        `The ICE session in force has the entity tag ${this.etag}; candidates of another one are of no use.`,
      );
    if (!isRestart(fragment, this.#remote)) {
      return {
        kind: 'trickle',
        command: fragment.candidates.length === 0 ? undefined : { kind: 'add-candidates', candidates: fragment.candidates },
      };
    }
    if (!isAny) return refused(412, 'PRECONDITION_FAILED', 'The fragment has new ICE credentials: an ICE restart needs If-Match: "*".');
    if (this.#restarting || fragment.credentials === undefined)
      return refused(409, 'RESTART_IN_PROGRESS', 'An ICE restart is under way; try again when it has been answered.');
    this.#restarting = true;
    this.#remote = fragment.credentials;
    return { kind: 'restart', command: { kind: 'restart-ice', remoteIce: { ...fragment.credentials, candidates: fragment.candidates } } };
  }

  /** The transport has done it, or has not within its time. */
  restarted(done: boolean): void {
    this.#restarting = false;
    if (done) this.#generation += 1;
  }
}

function refused(status: number, code: string, detail: string): PatchVerdict {
  return { kind: 'refused', refusal: { status, code, detail } };
}
