import type { CallIntake, CallLeg } from '#domain/call-leg';
import type { LegMediaStats } from '#domain/leg-media';
import { samples } from '#domain/units';

/** A bot that talks all the time in every call, so that each leg has to encode each packet. */
export interface TalkingBot {
  readonly intake: CallIntake;
  /** Of the calls that have ended. */
  readonly stats: readonly LegMediaStats[];
  forgetStats(): void;
  stop(): void;
}

/** `speech`: 24 kHz, a loop. */
export function createTalkingBot(speech: Int16Array): TalkingBot {
  const legs = new Map<CallLeg, number>();
  const stats: LegMediaStats[] = [];
  const feeder = setInterval(feed, FEED_EVERY_MS);
  let round = 0;

  function feed(): void {
    // A second of audio for each call each second, spread over it.
    let i = 0;
    for (const [leg, at] of legs) if (i++ % ROUNDS === round % ROUNDS) legs.set(leg, play(leg, at));
    round += 1;
  }

  function play(leg: CallLeg, at: number): number {
    const pcm = Int16Array.from({ length: SECOND }, (_, i) => speech[(at + i) % speech.length] ?? 0);
    leg.media.send({ kind: 'play', turnId: 1, pieceId: 0, pcm });
    return (at + SECOND) % speech.length;
  }

  function answered(leg: CallLeg): void {
    let taken = 0;
    leg.media.onEvent((event) => {
      if (event.kind !== 'caller-audio') return;
      taken += event.pcm.length;
      if (taken < GRANT_SAMPLES) return;
      leg.media.send({ kind: 'grant-uplink', samples: samples(taken) });
      taken = 0;
    });
    leg.media.send({ kind: 'set-barge-in', mode: 'off' });
    // Twice, so that it never runs dry between two rounds.
    legs.set(leg, play(leg, play(leg, Math.floor((speech.length * legs.size) / 7) % speech.length)));
    void leg.ended.then(({ stats: counted }) => {
      legs.delete(leg);
      if (counted) stats.push(counted);
    });
  }

  return {
    intake: { admit: () => ({ kind: 'accept' }), ringing: () => {}, answered, established: () => undefined, abandoned: () => {} },
    stats,
    forgetStats: () => void stats.splice(0),
    stop: () => clearInterval(feeder),
  };
}

const FEED_EVERY_MS = 20;
const ROUNDS = 1000 / FEED_EVERY_MS;
/** 24 kHz. */
const SECOND = 24_000;
/** Credit goes back for half a second at a time; 16 kHz. */
const GRANT_SAMPLES = 8000;
