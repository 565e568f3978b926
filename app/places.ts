import { LEG_KINDS, type CallId, type LegKind } from '#domain/call';
import { addressKey } from '#kit/ip/address-key';
import type { Ms } from '#domain/units';

export interface PlacesOptions {
  /** Connected calls of all kinds together. */
  readonly calls: number;
  /** How many of them other kinds may not take. */
  readonly kept: Readonly<Record<LegKind, number>>;
  /** Calls of one kind that have not connected yet; they take none of `calls`. */
  readonly connecting: number;
  readonly connectingPerAddress: number;
  /** Calls of one kind and address, connecting ones included; 0: not bounded. */
  readonly perAddress: Readonly<Record<LegKind, number>>;
  /** Addresses that bring many people's calls, to which `perAddress` does not apply. */
  readonly isTrusted: (address: string) => boolean;
  /** How long a telephone rings before it is answered. */
  readonly ringMs: number;
}

export interface Caller {
  readonly kind: LegKind;
  /** Without port. */
  readonly address: string;
}

export type NoPlace = 'too-many-calls' | 'too-many-from-address';

/** What one kind of leg holds. */
export interface PlacesHeld {
  readonly connected: number;
  readonly connecting: number;
  /** Calls of this kind that could still connect. */
  readonly free: number;
}

interface Entry extends Caller {
  readonly key: string;
  readonly enteredAtMs: Ms;
  connected: boolean;
}

/**
 * Who may hold a place among the calls (core). A call that has not shown yet that somebody is there costs the sender one message, so that it
 * takes no place, only room in a line of its own kind; where that is full, the address with most in it loses its oldest.
 */
export class Places {
  readonly #options: PlacesOptions;
  /** In the order in which they came. */
  readonly #entries = new Map<CallId, Entry>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Why a call that comes now gets no place; undefined: it may `enter`. */
  refusal(nowMs: Ms, caller: Caller): NoPlace | undefined {
    if (this.#free(caller.kind) <= 0) return 'too-many-calls';
    const most = this.#options.perAddress[caller.kind];
    const own = this.#of(caller).length;
    if (most > 0 && own >= most && !this.#options.isTrusted(caller.address)) return 'too-many-from-address';
    const room = this.#room(nowMs, caller);
    return 'no' in room ? room.no : undefined;
  }

  /** The call connects from now on; returns the one that has to go for it, if any. */
  enter(nowMs: Ms, callId: CallId, caller: Caller): CallId | undefined {
    const room = this.#room(nowMs, caller);
    const victim = 'no' in room ? undefined : room.victim;
    if (victim !== undefined) this.#entries.delete(victim);
    this.#entries.set(callId, { ...caller, key: addressKey(caller.address), enteredAtMs: nowMs, connected: false });
    return victim;
  }

  /** Somebody is there: the call takes its place. False: others were faster, and it has to end. */
  connect(callId: CallId): boolean {
    const entry = this.#entries.get(callId);
    if (entry === undefined) return false;
    if (entry.connected) return true;
    if (this.#free(entry.kind) <= 0) return false;
    entry.connected = true;
    return true;
  }

  /** Idempotent. */
  leave(callId: CallId): void {
    this.#entries.delete(callId);
  }

  held(kind: LegKind): PlacesHeld {
    let connected = 0;
    let connecting = 0;
    for (const entry of this.#entries.values()) {
      if (entry.kind !== kind) continue;
      if (entry.connected) connected += 1;
      else connecting += 1;
    }
    return { connected, connecting, free: Math.max(0, this.#free(kind)) };
  }

  /** Places that a call of this kind may take: all that are empty but those kept for others. */
  #free(kind: LegKind): number {
    const connected: Record<LegKind, number> = { sip: 0, webrtc: 0, websocket: 0 };
    for (const entry of this.#entries.values()) if (entry.connected) connected[entry.kind] += 1;
    let free = this.#options.calls;
    for (const other of LEG_KINDS) free -= other === kind ? connected[other] : Math.max(connected[other], this.#options.kept[other]);
    return free;
  }

  /** Calls of this kind and address, in the order in which they came. */
  #of({ kind, address }: Caller): readonly (readonly [CallId, Entry])[] {
    const key = addressKey(address);
    return [...this.#entries].filter(([, entry]) => entry.kind === kind && entry.key === key);
  }

  /** Whether the line has room for one more, and who goes for it. */
  #room(nowMs: Ms, caller: Caller): { readonly victim: CallId | undefined } | { readonly no: NoPlace } {
    const { connecting, connectingPerAddress, isTrusted } = this.#options;
    const own = this.#of(caller).filter(([, entry]) => !entry.connected);
    const isLineFull = this.held(caller.kind).connecting >= connecting;
    // Whoever forges the address of a telephone exchange shall not keep all its callers out by calls that nobody acknowledges.
    const oldest = isTrusted(caller.address) ? own.find(([, entry]) => this.#isSpent(nowMs, entry)) : undefined;
    if (own.length >= connectingPerAddress) return oldest === undefined ? { no: 'too-many-from-address' } : { victim: oldest[0] };
    if (!isLineFull) return { victim: undefined };
    const victim = this.#victim(nowMs, caller) ?? oldest?.[0];
    return victim === undefined ? { no: 'too-many-calls' } : { victim };
  }

  /** Nobody is sent away before a caller could have connected. */
  #isSpent(nowMs: Ms, { kind, enteredAtMs }: { readonly kind: LegKind; readonly enteredAtMs: Ms }): boolean {
    return nowMs - enteredAtMs >= SPARED_MS[kind] + (kind === 'sip' ? this.#options.ringMs : 0);
  }

  /** The oldest of the address that has most calls connecting, if it has more than the caller does. */
  #victim(nowMs: Ms, caller: Caller): CallId | undefined {
    const byKey = new Map<string, { count: number; oldest: CallId; oldestMs: Ms }>();
    for (const [callId, { kind, key, connected, enteredAtMs }] of this.#entries) {
      if (connected || kind !== caller.kind) continue;
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, { count: 1, oldest: callId, oldestMs: enteredAtMs });
      else known.count += 1;
    }
    const own = byKey.get(addressKey(caller.address))?.count ?? 0;
    let worst: { count: number; oldest: CallId; oldestMs: Ms } | undefined;
    for (const line of byKey.values()) {
      if (line.count <= own || !this.#isSpent(nowMs, { kind: caller.kind, enteredAtMs: line.oldestMs })) continue;
      if (worst === undefined || line.count > worst.count || (line.count === worst.count && line.oldestMs < worst.oldestMs)) worst = line;
    }
    return worst?.oldest;
  }
}

/**
 * In which a caller could have connected: the ACK of a telephone takes one round trip after it has rung, ICE and DTLS of a browser some, and
 * whoever uses the WebSocket is asked for the microphone first. Guesses; they bound how fast a flood can make calls come and go, too.
 */
const SPARED_MS: Readonly<Record<LegKind, number>> = { sip: 500, webrtc: 3_000, websocket: 5_000 };
