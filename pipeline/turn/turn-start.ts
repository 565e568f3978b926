import type { Asked, TurnLanguage } from '../language/turn-language.ts';
import { isEcho, type EchoOptions } from '../text/echo.ts';
import type { CallerUtterance } from '../text/utterance.ts';

export interface StartContext {
  readonly asked: Asked;
  /** The bot's last words, as heard. */
  readonly botText: string;
  readonly echo: EchoOptions;
  readonly turns: TurnLanguage;
  /** The caller waits for an answer that is being prepared, or for something that is being done: the floor is the bot's although it is silent. */
  readonly awaitsAnswer: boolean;
}

/** Why an utterance opens no turn of the caller; undefined: it does. */
export type NoTurn = 'noise' | 'echo' | 'backchannel';

type Strategy = (utterance: CallerUtterance, context: StartContext) => NoTurn | undefined;

/** Whether an utterance whose text is known is a turn at all. Only what began over the bot can be its echo, and a nod only where the bot has the floor. */
export function refusesTurn(utterance: CallerUtterance, context: StartContext): NoTurn | undefined {
  for (const strategy of STRATEGIES) {
    const refused = strategy(utterance, context);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

const noise: Strategy = (utterance) => (utterance.bestText === '' ? 'noise' : undefined);

const echo: Strategy = (utterance, context) =>
  utterance.overBot && isEcho(utterance.newText, context.botText, context.echo, context.turns) ? 'echo' : undefined;

const backchannel: Strategy = (utterance, { asked, awaitsAnswer, turns }) => {
  if (!turns.isBackchannel(utterance.newText)) return undefined;
  if (awaitsAnswer) return 'backchannel';
  if (!utterance.overBot) return undefined;
  return asked === 'yes-no' && turns.mayAnswer(utterance.newText) ? undefined : 'backchannel';
};

const STRATEGIES: readonly Strategy[] = [noise, echo, backchannel];
