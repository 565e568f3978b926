import type { Ms } from '#domain/units';
import {
  BINDING_ERROR,
  BINDING_REQUEST,
  BINDING_SUCCESS,
  buildStun,
  errorCode,
  hasIntegrity,
  parseStun,
  unknownAttributes,
  xorMappedAddress,
  type HmacSha1,
  type StunAttribute,
  type StunMessage,
} from './stun.ts';

export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}

/** One way to the peer: a socket of ours and an address of theirs. */
export interface IcePath {
  /** Index of the local socket. */
  readonly socket: number;
  readonly address: string;
  readonly port: number;
}

export type IceVerdict =
  /** `useless`: not STUN, not for us, or without the right credentials: no answer, so that nobody is flooded by way of us. */
  | { readonly kind: 'useless' }
  | { readonly kind: 'reply'; readonly reply: Uint8Array; readonly valid: boolean; readonly pathChanged: boolean };

/**
 * The lite side of ICE (core): answers checks and follows the peer's choice; RFC 8445 sections 2.5, 7.3 and 8.2.
 * What comes from a path that passed a check is for this call; what we send takes the path the peer nominated last, or
 * until it has nominated one, the last that passed.
 */
export class IceLite {
  readonly #hmac: HmacSha1;
  #generations: Generation[];
  readonly #paths = new Map<string, { readonly path: IcePath; atMs: Ms }>();
  #nominated: IcePath | undefined;
  #latest: IcePath | undefined;

  constructor(local: IceCredentials, remoteUsernameFragment: string, hmac: HmacSha1) {
    this.#hmac = hmac;
    this.#generations = [new Generation(local, remoteUsernameFragment)];
  }

  /**
   * New credentials of both sides; the old ones serve until the peer nominates a path with the new. RFC 8445 section 9. So do those of the last restart: its
   * answer may never have arrived.
   */
  restart(local: IceCredentials, remoteUsernameFragment: string): void {
    const [latest, ...older] = this.#generations;
    this.#generations = [new Generation(local, remoteUsernameFragment), latest!, ...older.slice(-1)];
  }

  receive(nowMs: Ms, bytes: Uint8Array, path: IcePath): IceVerdict {
    const message = parseStun(bytes);
    if (message === undefined || message.type !== BINDING_REQUEST) return USELESS;
    const generation = this.#generations.find((one) => one.username === message.username);
    if (generation === undefined || !hasIntegrity(bytes, message.integrityAt, generation.key, this.#hmac)) return USELESS;
    const refusal = refuse(message);
    const mapped = refusal === undefined ? xorMappedAddress(path.address, path.port, message.transactionId) : undefined;
    if (refusal !== undefined)
      return { kind: 'reply', reply: this.#build(BINDING_ERROR, message, refusal, generation), valid: false, pathChanged: false };
    if (mapped === undefined) return USELESS;
    const before = this.sendPath;
    this.#passed(nowMs, path, generation, message.useCandidate);
    return {
      kind: 'reply',
      reply: this.#build(BINDING_SUCCESS, message, [mapped], generation),
      valid: true,
      pathChanged: before !== this.sendPath,
    };
  }

  /** Whether a check has come through this way. */
  isKnown(path: IcePath): boolean {
    return this.#paths.has(keyOf(path));
  }

  /** Undefined: no check has passed yet. The same object as long as it does not change. */
  get sendPath(): IcePath | undefined {
    return this.#nominated ?? this.#latest;
  }

  #passed(nowMs: Ms, from: IcePath, generation: Generation, useCandidate: boolean): void {
    const key = keyOf(from);
    const known = this.#paths.get(key);
    const path = known?.path ?? { ...from };
    if (known === undefined) this.#remember(nowMs, key, path);
    else known.atMs = nowMs;
    if (this.#nominated === undefined) this.#latest = path;
    if (!useCandidate) return;
    // A late check of the old generation must not take the call back to the network it left.
    if (generation !== this.#generations[0] && this.#nominated !== undefined) return;
    this.#nominated = path;
    if (generation === this.#generations[0]) this.#generations.length = 1;
  }

  #remember(nowMs: Ms, key: string, path: IcePath): void {
    if (this.#paths.size >= MAX_PATHS) {
      let oldest: string | undefined;
      let oldestMs = Infinity;
      for (const [other, { path: otherPath, atMs }] of this.#paths) {
        if (otherPath !== this.#nominated && atMs < oldestMs) [oldest, oldestMs] = [other, atMs];
      }
      if (oldest !== undefined) this.#paths.delete(oldest);
    }
    this.#paths.set(key, { path, atMs: nowMs });
  }

  #build(type: number, request: StunMessage, attributes: readonly StunAttribute[], generation: Generation): Uint8Array {
    return buildStun(type, request.transactionId, attributes, generation.key, this.#hmac);
  }
}

/** What an authentic request is refused for; undefined: nothing. */
function refuse(message: StunMessage): readonly StunAttribute[] | undefined {
  if (message.unknown.length > 0) return [errorCode(420), unknownAttributes(message.unknown)];
  // We are lite, so the peer controls: RFC 8445 section 7.3.1.1.
  return message.hasControlled ? [errorCode(487)] : undefined;
}

class Generation {
  /** What the peer's requests carry: our fragment, then theirs; RFC 8445 section 7.2.2. */
  readonly username: string;
  readonly key: Uint8Array;

  constructor(local: IceCredentials, remoteUsernameFragment: string) {
    this.username = `${local.usernameFragment}:${remoteUsernameFragment}`;
    this.key = Uint8Array.from(local.password, (character) => character.charCodeAt(0));
  }
}

function keyOf(path: IcePath): string {
  return `${path.socket} ${path.address} ${path.port}`;
}

const USELESS: IceVerdict = { kind: 'useless' };
/** A browser with a dozen addresses against a few of ours stays below; more is a flood. */
const MAX_PATHS = 64;
