import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedCall } from '#bench/call/io/app-records';
import { LineSounds } from '#bench/forms/io/line-sounds';
import { wordsOfPersona } from '#bench/forms/io/words-of-persona';
import { judge, type ScriptOutcomeReport } from '#bench/forms/outcome';
import { questionAfter, type Question } from '#bench/forms/question';
import type { FileScript } from '#bench/forms/read-script';
import { ScriptPlayer } from '#bench/forms/script-player';
import { ROOT_DIR } from './app-under-test.ts';
import { phoneFile, speechDir } from './caller-speech.ts';
import { newestCall, services, until } from './shared-app.ts';

/** What a script needs of a telephone. */
export interface ScriptedPhone {
  /** Speaks a WAV file from now on. */
  speak(wav: string): void;
  press?(digit: string): void;
  readonly closed: boolean;
}

export interface PhoneWalk {
  readonly call: RecordedCall;
  readonly dialogue: readonly string[];
  readonly verdict: ScriptOutcomeReport;
}

/** What a caller says: recorded by people where recordings lie beside the repository, else spoken by Kokoro. */
export function lineSounds(): LineSounds {
  const recordings = join(ROOT_DIR, '..', 'shared', 'speech', 'booking');
  return new LineSounds({ services, cacheDir: speechDir(), recordings: existsSync(recordings) ? recordings : undefined });
}

/** Walks a script with a telephone that has been answered: each line once the turn before it is over, as the call's record tells. */
export async function walkByPhone(phone: ScriptedPhone, fromUser: string, script: FileScript): Promise<PhoneWalk> {
  const sounds = lineSounds();
  const words = wordsOfPersona('sip:bot@127.0.0.1', ROOT_DIR)(script.form);
  const player = new ScriptPlayer(script, words);
  const dialogue: string[] = [];
  let question: Question = { kind: 'none' };
  let seen = 0;
  for (;;) {
    const call = await until(`turn ${seen + 1} of ${fromUser}:\n${dialogue.join('\n')}`, 30_000, async () => {
      const now = await newestCall(fromUser);
      return now !== undefined && now.turns.some(({ turnId }) => turnId > seen) && now;
    });
    const turns = call.turns.filter(({ turnId }) => turnId > seen);
    seen = Math.max(...turns.map(({ turnId }) => turnId));
    dialogue.push(...turns.map(({ callerText, botText }) => `  understood: ${callerText}\nbot: ${botText}`));
    question = questionAfter(question, turns, words.prompts);
    const action = player.next(question);
    if (action.kind === 'hang-up') return { call, dialogue, verdict: judge(script, call, words.typeOf) };
    if (phone.closed) throw new Error(`${fromUser}: the bot hung up:\n${dialogue.join('\n')}`);
    if (action.kind === 'wait') continue;
    const { step } = action;
    dialogue.push(`phone: ${step.keys ?? step.wav ?? step.say ?? ''}`);
    const sound = await sounds.of(step, script.voice);
    if (sound !== undefined) phone.speak(phoneFile(sound));
    for (const digit of sound === undefined ? (step.keys ?? '') : '') phone.press?.(digit);
  }
}
