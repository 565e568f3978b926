/** Loudness that a meter shows as empty; quieter than a quiet room through a microphone. */
export const FLOOR_DBOV = -60;
/** What a meter shows as full; speech peaks about there. */
const CEILING_DBOV = -6;

/** How full a meter is, 0 to 1; silence may come as -127 or -Infinity. */
export function meterFraction(dbov: number): number {
  if (Number.isNaN(dbov)) return 0;
  return Math.min(1, Math.max(0, (dbov - FLOOR_DBOV) / (CEILING_DBOV - FLOOR_DBOV)));
}

/** Rises at once and falls slowly, as the eye expects of a meter. */
export class MeterBallistics {
  #dbov = FLOOR_DBOV;
  #atMs = 0;

  /** What to show now, dBov between floor and 0. */
  next(nowMs: number, dbov: number): number {
    const fallen = this.#dbov - (FALL_DB_PER_SECOND * Math.max(0, nowMs - this.#atMs)) / 1000;
    this.#atMs = nowMs;
    const heard = Number.isNaN(dbov) ? FLOOR_DBOV : dbov;
    this.#dbov = Math.min(0, Math.max(FLOOR_DBOV, fallen, heard));
    return this.#dbov;
  }
}

/** IEC 60268-18 meters fall 20 dB in 1.7 s; speech looks livelier at three times that. */
const FALL_DB_PER_SECOND = 36;
