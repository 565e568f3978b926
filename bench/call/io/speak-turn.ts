import { countSpeech, firstSpeechAfter, lastSpeechBefore, lastSpeechBeforeGap, longestGapMs } from '#callers/packet-log';
import { emptyRow, type Row } from '../row.ts';
import { pause, type Talker } from '#callers/talker';
import type { CallerSound } from './sounds.ts';

/** One entry of the plan: a turn, and what is played over the answer. */
export interface PlannedTurn {
  readonly sound: CallerSound;
  readonly over?: { readonly kind: 'interruption' | 'backchannel'; readonly sound: CallerSound };
}

/** How long the bot may take to begin, and how long it must be quiet to be done. Generous: slowness is measured, not cut off. */
const ANSWER_WITHIN_MS = 10_000;
const LATE_ANSWER_WITHIN_MS = 3000;
const QUIET_MS = 1200;
const SPEAK_AT_MOST_MS = 40_000;
/** The bot is interrupted so long after it began. */
const INTRUDE_AFTER_MS = 900;
/** A stop is a stop when so long nothing follows; section "Measured" of the specification. */
const STOP_GAP_MS = 200;
const RESUME_WITHIN_MS = 800;

/** Speaks one planned turn in a running call and measures what comes back. */
export async function speakTurn(caller: Talker, plan: PlannedTurn, call: number): Promise<Row> {
  const row = emptyRow(plan.sound.name, call, plan.over?.kind ?? 'nothing', plan.sound.text);
  const beganMs = performance.now();
  const played = await caller.play(plan.sound.pcm, plan.sound.pcm16k);
  const lastSpeechAtMs = played.lastSpeechAtMs ?? played.endAtMs;
  const early = firstSpeechAfter(caller.received, beganMs);
  if (early !== undefined && early < lastSpeechAtMs) row.cutOff = true;
  // After a cut-off the answer to the whole usually comes too; the next turn must not run into it.
  const answerAtMs = await caller.botSpeaks(lastSpeechAtMs, lastSpeechAtMs + (row.cutOff ? LATE_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS));
  if (answerAtMs === undefined) {
    row.unanswered = !row.cutOff;
    return row;
  }
  if (!row.cutOff) row.firstSoundMs = answerAtMs - lastSpeechAtMs;
  if (plan.over && !row.cutOff) await speakOver(caller, plan.over, answerAtMs, row);
  await caller.botQuiet(QUIET_MS, performance.now() + SPEAK_AT_MOST_MS);
  return row;
}

async function speakOver(caller: Talker, over: NonNullable<PlannedTurn['over']>, answerAtMs: number, row: Row): Promise<void> {
  await pause(Math.max(0, answerAtMs + INTRUDE_AFTER_MS - performance.now()));
  const now = performance.now();
  const lastMs = lastSpeechBefore(caller.received, now);
  if (lastMs === undefined || now - lastMs > 300) return; // already done speaking: nothing to talk over
  row.over = over.sound.name;
  const played = await caller.play(over.sound.pcm, over.sound.pcm16k);
  const firstMs = played.firstSpeechAtMs ?? played.firstPacketAtMs;
  const lastSpeechMs = played.lastSpeechAtMs ?? played.endAtMs;
  if (over.kind === 'backchannel') {
    await pause(Math.max(0, lastSpeechMs + RESUME_WITHIN_MS + 400 - performance.now()));
    const gapMs = longestGapMs(caller.received, firstMs, performance.now());
    const spokeOnMs = firstSpeechAfter(caller.received, lastSpeechMs);
    row.backchannelGapMs = gapMs;
    row.backchannelResumed = gapMs <= RESUME_WITHIN_MS && spokeOnMs !== undefined;
    return;
  }
  await pause(STOP_GAP_MS + 100);
  const stopMs = lastSpeechBeforeGap(caller.received, firstMs, STOP_GAP_MS, performance.now());
  const silentBefore = firstSpeechAfter(caller.received, firstMs) === undefined;
  row.bargeInStopMs = stopMs === undefined ? (silentBefore ? 0 : undefined) : stopMs - firstMs;
  row.interruptionTaken = (stopMs !== undefined || silentBefore) && (stopMs ?? firstMs) - firstMs < 2000;
  if (stopMs !== undefined) row.packetsAfterStop = countSpeech(caller.received, stopMs + STOP_GAP_MS, lastSpeechMs);
  const replyMs = await caller.botSpeaks(Math.max(lastSpeechMs, (stopMs ?? 0) + STOP_GAP_MS), lastSpeechMs + ANSWER_WITHIN_MS);
  if (replyMs !== undefined) row.interruptionFirstSoundMs = replyMs - lastSpeechMs;
}
