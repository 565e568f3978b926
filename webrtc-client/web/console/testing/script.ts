import type { ServerMessage } from '../messages.ts';
import type { NetworkFigures } from '../figures.ts';

/**
 * One conversation with everything in it: greeting, answers from knowledge and from the language model, an interruption, a nod that the bot talks
 * on after, keys, typed text, a notice and goodbye. Times are milliseconds since the answer.
 */
export interface ScriptStep {
  readonly atMs: number;
  readonly message?: ServerMessage;
  readonly network?: NetworkFigures & { readonly transport: 'webrtc' | 'websocket' };
}

interface Turn {
  readonly turnId: number;
  readonly source: string;
  readonly openMs: number;
  readonly closeMs: number;
  readonly callerText: string;
  readonly pieces: readonly string[];
  /** Of `pieces`, how many were heard; and how the begun one goes on. */
  readonly heardPieces?: number;
  readonly heardOfNext?: string;
  readonly stages: Extract<ServerMessage, { kind: 'turn-closed' }>['stages'];
}

export function scriptSteps(): readonly ScriptStep[] {
  const steps: ScriptStep[] = [
    { atMs: 0, message: { kind: 'hello', protocol: 1, callId: 'b7d0f6a2-5f0e-4b6e-9a63-1d9f0c1f7a51', persona: 'bot', title: 'Receptionist' } },
    ...caller(4_300, 6_100, ['what time', 'what time is', 'what time is breakfast'], 'What time is breakfast?', 0.93, 6_405),
    ...caller(11_200, 13_400, ['do you have', 'do you have a room', 'do you have a room for'], 'Do you have a room for two people this weekend?', 0.88, 13_720),
    say(17_350, { kind: 'caller-partial', atMs: 17_350, text: 'wait' }),
    say(17_700, { kind: 'barge-in', atMs: 17_700, turnId: 3, decision: 'abort' }),
    say(17_900, { kind: 'caller-partial', atMs: 17_900, text: 'wait only for' }),
    say(18_950, { kind: 'caller-final', atMs: 18_950, text: 'Wait, only for Saturday.', confidence: 0.52 }),
    say(22_300, { kind: 'caller-partial', atMs: 22_300, text: 'mhm' }),
    say(22_650, { kind: 'barge-in', atMs: 22_650, turnId: 4, decision: 'resume' }),
    say(22_700, { kind: 'caller-final', atMs: 22_700, text: '', confidence: 0.3 }),
    ...[26_000, 26_500, 27_100].map((atMs, index) => say(atMs, { kind: 'dtmf', atMs, digit: '12#'.charAt(index) })),
    say(33_100, { kind: 'notice', atMs: 33_100, code: 'STT_SLOW', text: 'Speech recognition is slow just now; answers take longer.' }),
    ...caller(37_000, 38_300, ['thank you', 'thank you good'], 'Thank you, goodbye.', 0.97, 38_620),
    ...TURNS.flatMap(turn),
    ...STATES.map(([atMs, state]) => say(atMs, { kind: 'state', atMs, state })),
    ...[2_000, 4_000, 8_000, 12_000, 16_000, 20_000, 24_000, 28_000, 32_000, 36_000].flatMap((atMs, index) => network(atMs, index)),
    say(END_MS, { kind: 'ended', atMs: END_MS, reason: 'bot/goodbye' }),
  ];
  return steps.toSorted((one, other) => one.atMs - other.atMs);
}

/** Both voices' loudness at a moment, dBov: syllables while somebody speaks, a quiet room otherwise. */
export function scriptLevels(atMs: number): { readonly callerDbov: number; readonly botDbov: number } {
  return { callerDbov: loudness(CALLER_SPEAKS, atMs, -62, 1), botDbov: loudness(BOT_SPEAKS, atMs, -127, 2) };
}

/** When the last message comes. */
export const END_MS = 42_600;

const TURNS: readonly Turn[] = [
  { turnId: 1, source: 'greeting', openMs: 150, closeMs: 3_600, callerText: '', pieces: ['Good afternoon, you have reached the front desk.', 'How can I help you?'], stages: {} },
  {
    turnId: 2, source: 'knowledge', openMs: 6_460, closeMs: 10_500, callerText: 'What time is breakfast?',
    pieces: ['Breakfast is served from seven to half past ten,', 'on Sundays until eleven.'],
    stages: { vadStopMs: 204, transcriptMs: 309, turnProbabilityMs: 252, turnEndMs: 365, answerMs: 283, firstPcmMs: -40, firstPacketMs: 386 },
  },
  {
    turnId: 3, source: 'llm', openMs: 13_790, closeMs: 17_760, callerText: 'Do you have a room for two people this weekend?',
    pieces: ['Let me see.', 'For the whole weekend I can offer you a double room with a view of the harbour,', 'from Friday to Sunday, at two hundred and forty in all.'],
    heardPieces: 1, heardOfNext: 'For the whole weekend I can offer you a double',
    stages: { vadStopMs: 205, transcriptMs: 324, turnProbabilityMs: 251, turnEndMs: 392, answerMs: 455, firstPcmMs: 497, firstPacketMs: 512 },
  },
  {
    turnId: 4, source: 'llm', openMs: 19_020, closeMs: 25_100, callerText: 'Wait, only for Saturday.',
    pieces: ['Only Saturday, of course.', 'The double room is free, at one hundred and twenty,', 'with breakfast.', 'Press one to book it, two for other rooms.'],
    stages: { vadStopMs: 203, transcriptMs: 341, turnEndMs: 428, answerMs: 640, firstPcmMs: 701, firstPacketMs: 716 },
  },
  {
    turnId: 5, source: 'dialogue', openMs: 27_600, closeMs: 30_200, callerText: '', pieces: ['Room twelve is yours on Saturday.'],
    stages: { answerMs: 12, firstPcmMs: 60, firstPacketMs: 74 },
  },
  {
    turnId: 6, source: 'knowledge', openMs: 32_000, closeMs: 36_200, callerText: 'Is there parking?', pieces: ['Yes, there is a car park behind the house,', 'free for guests.'],
    stages: { answerMs: 38, firstPcmMs: 45, firstPacketMs: 61 },
  },
  {
    turnId: 7, source: 'knowledge', openMs: 38_700, closeMs: 42_300, callerText: 'Thank you, goodbye.', pieces: ['Thank you for calling.', 'We look forward to seeing you on Saturday.'],
    stages: { vadStopMs: 201, transcriptMs: 322, turnProbabilityMs: 249, turnEndMs: 371, answerMs: 301, firstPcmMs: -20, firstPacketMs: 402 },
  },
];

const STATES: readonly (readonly [number, Extract<ServerMessage, { kind: 'state' }>['state']])[] = [
  [150, 'speaking'], [3_600, 'listening'], [4_300, 'hearing'], [6_100, 'thinking'], [6_500, 'speaking'], [10_500, 'listening'], [11_200, 'hearing'],
  [13_400, 'thinking'], [13_900, 'speaking'], [17_700, 'hearing'], [18_650, 'thinking'], [19_360, 'speaking'], [25_100, 'listening'],
  [27_600, 'speaking'], [30_200, 'listening'], [32_050, 'speaking'], [36_200, 'listening'], [37_000, 'hearing'], [38_300, 'thinking'], [38_750, 'speaking'],
];
const CALLER_SPEAKS = [[4_300, 6_100], [11_200, 13_400], [17_300, 18_600], [22_200, 22_550], [37_000, 38_300]] as const;
const BOT_SPEAKS = [[250, 3_500], [6_500, 10_400], [13_930, 17_700], [19_380, 22_500], [22_900, 25_000], [27_700, 30_100], [32_060, 36_100], [38_760, 42_250]] as const;

function say(atMs: number, message: ServerMessage): ScriptStep {
  return { atMs, message };
}

function caller(fromMs: number, toMs: number, partials: readonly string[], text: string, confidence: number, finalMs: number): readonly ScriptStep[] {
  return [
    ...partials.map((words, index) => {
      const atMs = Math.round(fromMs + ((index + 1) * (toMs - fromMs)) / (partials.length + 1));
      return say(atMs, { kind: 'caller-partial', atMs, text: words });
    }),
    say(finalMs, { kind: 'caller-final', atMs: finalMs, text, confidence }),
  ];
}

function turn({ turnId, source, openMs, closeMs, callerText, pieces, heardPieces, heardOfNext, stages }: Turn): readonly ScriptStep[] {
  const heard = heardPieces === undefined ? pieces : [...pieces.slice(0, heardPieces), ...(heardOfNext === undefined ? [] : [heardOfNext])];
  const outcome = heardPieces === undefined ? 'completed' : 'interrupted';
  return [
    say(openMs, { kind: 'turn-opened', atMs: openMs, turnId, source, callerText }),
    ...heard.map((text, index) => {
      const atMs = Math.round(openMs + ((index + 1) * (closeMs - openMs)) / (heard.length + (heardPieces === undefined ? 0 : 0.02)));
      return say(Math.min(atMs, closeMs - 1), { kind: 'bot-heard', atMs: Math.min(atMs, closeMs - 1), turnId, text });
    }),
    say(closeMs, { kind: 'turn-closed', atMs: closeMs, turnId, source, outcome, callerText, botText: pieces.join(' '), heardText: heard.join(' '), stages }),
  ];
}

function network(atMs: number, index: number): readonly ScriptStep[] {
  const lossRatio = index === 3 ? 0.021 : 0.002;
  return [
    { atMs, network: { transport: 'webrtc', lossRatio, jitterMs: 4 + (index % 3), roundTripMs: 31 + (index % 4) } },
    say(atMs + 500, { kind: 'network', atMs: atMs + 500, lossRatio: lossRatio / 2, jitterMs: 6 + (index % 2), roundTripMs: 33 }),
  ];
}

/** Syllables come about five times a second; the rest is a fixed unrest, so that every picture is the same. */
function loudness(spans: readonly (readonly [number, number])[], atMs: number, quietDbov: number, seed: number): number {
  const unrest = Math.abs(Math.sin(atMs * 0.0127 * seed) * Math.cos(atMs * 0.0031 + seed));
  if (!spans.some(([fromMs, toMs]) => atMs >= fromMs && atMs < toMs)) return quietDbov + 4 * unrest * (quietDbov > -100 ? 1 : 0);
  const syllable = Math.abs(Math.sin((atMs / 1000) * Math.PI * 4.7 + seed));
  const phrase = 0.65 + 0.35 * Math.abs(Math.sin(atMs * 0.0017 + seed));
  return -46 + 33 * syllable * phrase + 4 * unrest;
}
