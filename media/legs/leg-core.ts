import type { LegMediaCommand, LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';

/** The media of one leg of any kind (core), as a media thread runs it: something to be done every `ptimeMs`, and commands in between. */
export interface LegCore {
  /** When `tick` is due next; whole milliseconds where the start was. */
  readonly dueMs: Ms;
  readonly ptimeMs: Ms;
  /** To be called when `dueMs` is reached. `wallMs` is Unix time in milliseconds. */
  tick(nowMs: Ms, wallMs: number): void;
  command(nowMs: Ms, command: LegMediaCommand): void;
  /** Ends the leg: says goodbye where that is usual, and frees what is held. Nothing may be called afterwards. */
  close(nowMs: Ms, wallMs: number): LegMediaStats;
  stats(): LegMediaStats;
}
