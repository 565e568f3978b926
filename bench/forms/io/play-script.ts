import { firstSpeechAfter } from '#callers/packet-log';
import type { Talker } from '#callers/talker';
import type { AppRecords, RecordedCall, RecordedTurn } from '#bench/call/io/app-records';
import { questionAfter, type Question } from '../question.ts';
import { ScriptPlayer } from '../script-player.ts';
import type { CallerScript, ScriptStep } from '../script.ts';
import type { FormWords } from '../persona-words.ts';
import type { LineSounds } from './line-sounds.ts';

export interface PlayDeps {
  readonly sounds: LineSounds;
  readonly records: AppRecords;
  readonly words: FormWords;
  /** Told as it happens. */
  readonly onSaid?: (step: ScriptStep, why: string) => void;
  readonly onHeard?: (turn: RecordedTurn, firstSoundMs: number | undefined) => void;
}

export interface PlayedScript {
  readonly record: RecordedCall | undefined;
  readonly turns: number;
  readonly repairs: number;
  readonly firstSoundMs: readonly number[];
  readonly cutOffs: number;
  readonly unanswered: number;
  readonly dialogue: readonly string[];
  readonly endedWith: string;
}

/** Walks a script in an answered call: hears each question out, says what the script has for it, and hangs up at the end. */
export async function playScript(caller: Talker, script: CallerScript, deps: PlayDeps): Promise<PlayedScript> {
  const player = new ScriptPlayer(script, deps.words);
  const measured = { firstSoundMs: [] as number[], cutOffs: 0, unanswered: 0 };
  const dialogue: string[] = [];
  let question: Question = { kind: 'none' };
  let seen = 0;
  let waits = 0;
  let endedWith = 'the bot hung up';
  const hear = async (firstSoundMs?: number): Promise<void> => {
    const record = await deps.records.waitFor(
      caller.signallingId,
      ({ turns }) => turns.some(({ turnId }) => turnId > seen),
      RECORDED_WITHIN_MS,
    );
    const turns = record?.turns.filter(({ turnId }) => turnId > seen) ?? [];
    seen = Math.max(seen, ...turns.map(({ turnId }) => turnId));
    question = questionAfter(question, turns, deps.words.prompts);
    turns.forEach((turn, i) => {
      if (turn.callerText !== '') dialogue.push(`  understood: ${turn.callerText}`);
      dialogue.push(`bot: ${turn.botText}${turn.outcome === 'completed' ? '' : ` (${turn.outcome})`}`);
      deps.onHeard?.(turn, i === 0 ? firstSoundMs : undefined);
    });
  };
  await caller.hearBot(GREETING_QUIET_MS);
  if (caller.callId !== undefined) deps.records.know(caller.signallingId, caller.callId);
  await hear();
  while (!caller.hasEnded) {
    const action = player.next(question);
    if (action.kind === 'hang-up') {
      endedWith = action.why;
      break;
    }
    if (action.kind === 'wait') {
      // The answer may have been part of what was just heard, and only its record is late.
      await caller.hearBot(QUIET_MS, waits === 0 ? RECORD_LAG_MS : WORKING_MS);
      await hear();
      if (++waits >= MAX_WAITS) {
        endedWith = 'nothing came of the action';
        break;
      }
      continue;
    }
    const sound = await deps.sounds.of(action.step, script.voice);
    deps.onSaid?.(action.step, action.why);
    dialogue.push(
      `caller: ${action.step.keys === undefined ? `${action.step.say ?? action.step.wav ?? ''}${action.step.mumbled === true ? ' (mumbled)' : ''}` : `presses ${action.step.keys}`}`,
    );
    await hear(await speak(caller, action.step, sound, measured));
  }
  await caller.hangUp();
  const record = await deps.records.waitFor(caller.signallingId, (call) => call.endedAt !== undefined, ENDED_WITHIN_MS);
  return { record, turns: player.turns, repairs: player.repairs, ...measured, dialogue, endedWith };
}

/** Resolves once the bot has answered and is quiet, with the time to its first sound. */
async function speak(
  caller: Talker,
  step: ScriptStep,
  sound: Int16Array | undefined,
  measured: { firstSoundMs: number[]; cutOffs: number; unanswered: number },
): Promise<number | undefined> {
  const beganMs = performance.now();
  if (sound === undefined) {
    await caller.sendDigits(step.keys ?? '');
    const pressedMs = performance.now();
    if ((await caller.botSpeaks(pressedMs, pressedMs + ANSWER_WITHIN_MS)) === undefined) measured.unanswered++;
    await caller.botQuiet(QUIET_MS, performance.now() + SPEAK_AT_MOST_MS);
    return undefined;
  }
  const played = await caller.play(sound);
  const lastMs = played.lastSpeechAtMs ?? played.endAtMs;
  const earlyMs = firstSpeechAfter(caller.received, beganMs);
  const isCutOff = earlyMs !== undefined && earlyMs < lastMs;
  const answeredMs = await caller.botSpeaks(lastMs, lastMs + ANSWER_WITHIN_MS);
  if (isCutOff) measured.cutOffs++;
  else if (answeredMs === undefined) measured.unanswered++;
  else measured.firstSoundMs.push(answeredMs - lastMs);
  await caller.botQuiet(QUIET_MS, performance.now() + SPEAK_AT_MOST_MS);
  return isCutOff || answeredMs === undefined ? undefined : answeredMs - lastMs;
}

const GREETING_QUIET_MS = 900;
/** A person answers when the bot seems done; shorter would run into its pauses between sentences. */
const QUIET_MS = 900;
const ANSWER_WITHIN_MS = 10_000;
const SPEAK_AT_MOST_MS = 40_000;
const RECORD_LAG_MS = 1500;
const MAX_WAITS = 3;
/** An action has 10 s by default, and an apology follows. */
const WORKING_MS = 15_000;
const RECORDED_WITHIN_MS = 2500;
const ENDED_WITHIN_MS = 3000;
