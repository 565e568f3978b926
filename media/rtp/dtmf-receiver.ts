import type { TelephoneEvent } from './dtmf.ts';
import { sequenceDelta, timestampDelta } from './sequence.ts';

export interface PressedKey {
  readonly digit: string;
  readonly durationMs: number;
}

/** What the header of a telephone event's packet says. */
export interface EventHeader {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
}

/** A key as far as its packets have told of it. */
interface Press {
  readonly digit: string;
  /** Where its present segment began. */
  timestamp: number;
  ssrc: number;
  lastTimestamp: number;
  lastSequence: number;
  lastAtMs: number;
  /** Of the segments before the present one, and of that one so far. */
  earlierTicks: number;
  durationTicks: number;
  ends: number;
  isTold: boolean;
}

/**
 * Makes one key press of the many packets of an event (core). RFC 4733 has them share a timestamp, and senders there are that let it grow
 * within a key, keep it from key to key, or give each end one of its own. So what a packet belongs to is decided by its digit, the order of
 * sequence and time, end bit, duration, marker and timestamp together. A key is told at its first end packet; if all of those were lost,
 * when another key begins or nothing came for 100 ms.
 */
export class DtmfReceiver {
  #ticksPerMs: number;
  #press: Press | undefined;
  /** Whose packets may still be under way. */
  #digitBefore = '';

  constructor(clockHz: number) {
    this.#ticksPerMs = clockHz / 1000;
  }

  setClock(clockHz: number): void {
    this.#ticksPerMs = clockHz / 1000;
  }

  /** The presses that this packet completes: none, one, or two where the end of the key before was lost. */
  packet(nowMs: number, header: EventHeader, event: TelephoneEvent): readonly PressedKey[] {
    const press = this.#press;
    if (press === undefined) return this.#begin(nowMs, header, event);
    if (this.#isOvertaken(press, nowMs, header)) return this.#overtaken(press, header, event);
    if (press.digit === event.digit && this.#goesOn(press, nowMs, header, event)) return this.#follow(press, nowMs, header, event);
    const before = this.#tell(press);
    this.#digitBefore = press.digit;
    const now = this.#begin(nowMs, header, event);
    return before === undefined ? now : [before, ...now];
  }

  /** A key whose end packets never came. */
  expire(nowMs: number): PressedKey | undefined {
    const press = this.#press;
    return press !== undefined && nowMs - press.lastAtMs >= LOST_END_MS ? this.#tell(press) : undefined;
  }

  #begin(nowMs: number, { ssrc, sequence, timestamp }: EventHeader, { digit, durationTicks, end }: TelephoneEvent): readonly PressedKey[] {
    const press: Press = {
      digit,
      timestamp,
      ssrc,
      lastTimestamp: timestamp,
      lastSequence: sequence,
      lastAtMs: nowMs,
      earlierTicks: 0,
      durationTicks,
      ends: end ? 1 : 0,
      isTold: false,
    };
    this.#press = press;
    return end ? [this.#tell(press)!] : NO_KEYS;
  }

  /** Another packet of the key that is known. */
  #follow(
    press: Press,
    nowMs: number,
    { ssrc, sequence, timestamp }: EventHeader,
    { durationTicks, end }: TelephoneEvent,
  ): readonly PressedKey[] {
    if (durationTicks < press.durationTicks && (timestamp !== press.lastTimestamp || !end)) {
      press.earlierTicks += press.durationTicks;
      press.durationTicks = 0;
      press.timestamp = timestamp;
    } else if (
      durationTicks === press.durationTicks &&
      timestamp !== press.lastTimestamp &&
      press.ends === 0 &&
      durationTicks < LIMIT_TICKS
    ) {
      // Each packet is a segment of its own.
      press.earlierTicks += durationTicks;
      press.timestamp = timestamp;
    }
    press.durationTicks = Math.max(press.durationTicks, durationTicks);
    press.ssrc = ssrc;
    press.lastSequence = sequence;
    press.lastTimestamp = timestamp;
    press.lastAtMs = nowMs;
    if (!end) return NO_KEYS;
    press.ends += 1;
    const key = this.#tell(press);
    return key === undefined ? NO_KEYS : [key];
  }

  #isOvertaken(press: Press, nowMs: number, { ssrc, sequence }: EventHeader): boolean {
    if (ssrc !== press.ssrc || nowMs - press.lastAtMs > UNDER_WAY_MS) return false;
    const ahead = sequenceDelta(sequence, press.lastSequence);
    return ahead <= 0 && ahead > -MAX_OVERTAKEN;
  }

  /** A late or repeated packet tells nothing new, unless the whole key was overtaken by the next. */
  #overtaken(press: Press, { sequence }: EventHeader, { digit, end, durationTicks }: TelephoneEvent): readonly PressedKey[] {
    if (sequence === press.lastSequence || digit === press.digit || digit === this.#digitBefore || !end) return NO_KEYS;
    this.#digitBefore = digit;
    return [{ digit, durationMs: durationTicks / this.#ticksPerMs }];
  }

  /** Whether a packet of the same digit, in order, belongs to the same press. */
  #goesOn(press: Press, nowMs: number, header: EventHeader, event: TelephoneEvent): boolean {
    return press.ends > 0 ? this.#repeatsEnd(press, nowMs, header, event) : this.#isHeld(press, header, event);
  }

  /** After an end, only more ends can follow; or a segment, where the end was that of a full one. */
  #repeatsEnd(press: Press, nowMs: number, header: EventHeader, { end, durationTicks }: TelephoneEvent): boolean {
    if (this.#isNextOfFull(press, header, durationTicks)) return true;
    if (!end || durationTicks < press.durationTicks) return false;
    const apartTicks = timestampDelta(header.timestamp, press.lastTimestamp);
    if (apartTicks !== 0) return apartTicks > 0 && apartTicks <= MAX_STEP_MS * this.#ticksPerMs;
    // The network may hold a repetition back as long as it likes, but not put audio in between.
    const apartMs = nowMs - press.lastAtMs;
    if (header.ssrc !== press.ssrc) return apartMs <= UNDER_WAY_MS;
    const isFar = sequenceDelta(header.sequence, press.lastSequence) > NEAR_PACKETS;
    return isFar ? apartMs < MIN_KEY_MS : apartMs <= UNDER_WAY_MS || press.ends < END_PACKETS;
  }

  /** Before its end a key goes on as long as time does; a shorter duration, or a later time, is another press whose end was lost before. */
  #isHeld(press: Press, header: EventHeader, { end, durationTicks }: TelephoneEvent): boolean {
    const grownTicks = durationTicks - press.durationTicks;
    if (this.#isNextOfFull(press, header, durationTicks)) return true;
    const apartTicks = timestampDelta(header.timestamp, press.lastTimestamp);
    if (apartTicks === 0) return grownTicks >= 0 || end;
    if (apartTicks < 0) return false;
    // Its timestamp moves along with its duration, or by itself: between two keys there is more time than that.
    const lostTicks = this.#lostTicks(press, header, end ? 2 * END_PACKETS : END_PACKETS);
    if (grownTicks >= 0 && apartTicks <= Math.max(grownTicks + MIN_PAUSE_MS * this.#ticksPerMs, MAX_STEP_MS * this.#ticksPerMs + lostTicks))
      return true;
    // A segment, which begins where the one before it ended; RFC 4733 section 2.5.1.3. So does an end that tells its own time.
    const beyondTicks = timestampDelta(header.timestamp, (press.timestamp + press.durationTicks) >>> 0);
    const slackTicks = MIN_PAUSE_MS * this.#ticksPerMs;
    return (!header.marker || grownTicks > 0) && beyondTicks >= -slackTicks && beyondTicks <= slackTicks + lostTicks;
  }

  /**
   * By how much lost packets of the same key may have moved its timestamp on. With `tooMany` of them lost it is another key: all ends of the first are so many, and where this
   * is an end, the beginning of the second as well.
   */
  #lostTicks(press: Press, header: EventHeader, tooMany: number): number {
    const lostPackets = header.ssrc === press.ssrc ? sequenceDelta(header.sequence, press.lastSequence) - 1 : 0;
    return lostPackets > 0 && lostPackets < tooMany ? lostPackets * STEP_MS * this.#ticksPerMs : 0;
  }

  /** The duration has 16 bits: a longer key goes on in another segment, or counts anew under the old timestamp. */
  #isNextOfFull(press: Press, { timestamp, marker }: EventHeader, durationTicks: number): boolean {
    if (marker || press.durationTicks < LIMIT_TICKS - NEAR_LIMIT_MS * this.#ticksPerMs || durationTicks >= press.durationTicks)
      return false;
    const apartTicks = timestampDelta(timestamp, press.timestamp);
    return apartTicks === 0 || Math.abs(apartTicks - LIMIT_TICKS) <= NEAR_LIMIT_MS * this.#ticksPerMs;
  }

  #tell(press: Press): PressedKey | undefined {
    if (press.isTold) return undefined;
    press.isTold = true;
    return { digit: press.digit, durationMs: (press.earlierTicks + press.durationTicks) / this.#ticksPerMs };
  }
}

const NO_KEYS: readonly PressedKey[] = [];
/** Events are repeated every 20 to 50 ms; RFC 4733 section 2.5.1.2. */
const LOST_END_MS = 100;
/** How many ends there are; RFC 4733 section 2.5.1.4. */
const END_PACKETS = 3;
/** What the field of 16 bits holds. */
const LIMIT_TICKS = 0xffff;
/** Packets that may be lost or late at the limit, in time. */
const NEAR_LIMIT_MS = 150;
/** Between two packets of an event; most send one in the place of each packet of audio. */
const STEP_MS = 20;
/** The longest time between two packets of an event that is in use, and a little. */
const MAX_STEP_MS = 60;
/** Less than the shortest pause between keys that receivers must tell (40 ms; ITU-T Q.24 has 20 to 40), more than a packet. */
const MIN_PAUSE_MS = 30;
/** Longer than a network reorders: what comes after is told from the past by time. Guess. */
const UNDER_WAY_MS = 200;
const MAX_OVERTAKEN = 100;
/** A tone and a pause of 40 ms each; ITU-T Q.24. */
const MIN_KEY_MS = 80;
/** Repeated ends have at most a packet of audio each between them. */
const NEAR_PACKETS = 4;
