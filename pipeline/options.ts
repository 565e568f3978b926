import * as z from 'zod';

const milliseconds = (low: number, high: number) => z.number().min(low).max(high);
const share = z.number().min(0).max(1);

const turnOptions = z
  .strictObject({
    endProbability: share
      .default(0.6)
      .describe('Turn-end probability (Smart Turn) that ends a turn whose text decides nothing. Telephone audio needs more than 0.5.'),
    sureProbability: share
      .default(0.8)
      .describe('Turn-end probability from which one estimate is enough; between endProbability and this a second one is asked for.'),
    doubtProbability: share
      .default(0.12)
      .describe(
        'Turn-end probability below which even a text that reads as a complete question waits, because callers pause inside questions.',
      ),
    doubtMs: milliseconds(200, 3_000)
      .default(650)
      .describe('Silence that ends a question whose turn-end probability stays below doubtProbability, ms.'),
    voteWithinMs: milliseconds(0, 500).default(70).describe('Time that a complete question waits for its turn-end probability, ms.'),
    leadInMs: milliseconds(200, 3_000)
      .default(700)
      .describe('Silence that ends "excuse me", "wait" and the like said over the bot, ms. The request follows them.'),
    judgeAgainMs: z
      .array(milliseconds(250, 5_000))
      .max(5)
      .default([450, 800])
      .describe('Silences after which the turn-end probability is asked for again, ms.'),
    shortPhraseMs: milliseconds(200, 3_000)
      .default(400)
      .describe('Silence that ends a short complete phrase when the bot asked nothing, ms.'),
    longStatementMs: milliseconds(200, 3_000)
      .default(500)
      .describe('Silence that ends a complete statement in a long turn, ms. Callers often add to one.'),
    longTurnMs: milliseconds(500, 60_000).default(3_000).describe('Speech from which a turn counts as long, ms.'),
    statementMs: milliseconds(300, 5_000).default(1_100).describe('Silence that ends a statement at any turn-end probability, ms.'),
    unfinishedMs: milliseconds(500, 5_000).default(1_400).describe('Silence that ends a turn whose text is incomplete, ms.'),
    digitsMs: milliseconds(500, 5_000)
      .default(2_000)
      .describe('Silence that ends a turn whose text ends in digits, ms. Groups of digits are said with pauses of up to 1.5 s.'),
    messageMs: milliseconds(500, 10_000).default(1_600).describe('Silence that ends a dictated message, ms.'),
    hardCapMs: milliseconds(1_000, 10_000).default(3_000).describe('Silence that ends any turn, ms.'),
    maxUtteranceMs: milliseconds(5_000, 120_000)
      .default(40_000)
      .describe('Speech without an end after which the bot answers what it has so far, ms.'),
    minConfidence: share
      .default(0.3)
      .describe('Confidence of recognition (mean token probability) below which the caller is asked to repeat.'),
    reopenMs: milliseconds(0, 5_000)
      .default(1_500)
      .describe('Speech that resumes within this time after a turn end, before any answer was heard, continues that turn, ms.'),
  })
  .prefault({});

const bargeInOptions = z
  .strictObject({
    resumeWithinMs: milliseconds(100, 3_000).default(640).describe('A paused bot resumes after this time without recognized words, ms.'),
    extendForWordsMs: milliseconds(0, 3_000)
      .default(100)
      .describe('Extra wait for the final text when the caller has stopped and a word may be a request, ms.'),
    finalWithinMs: milliseconds(0, 3_000)
      .default(300)
      .describe('Wait for the final text of longer speech over the bot, from the end of that speech, ms.'),
    extendMs: milliseconds(0, 3_000)
      .default(500)
      .describe('Extra wait, once, while the caller still speaks; none if recognition says noise, ms.'),
    shortSpeechMs: milliseconds(0, 3_000)
      .default(600)
      .describe('Speech over the bot shorter than this counts as a backchannel if the confidence is low, ms.'),
    shortConfidence: share
      .default(0.6)
      .describe('Confidence from which short speech over the bot is believed. "Stop", "what" and the like are always believed.'),
    echoOverlapRatio: share.default(0.7).describe("Share of the words that must repeat the bot's last words to count as its echo."),
    echoWords: z.int().min(3).max(200).default(25).describe("Number of the bot's last words in which an echo is looked for."),
    mergeHeardMs: milliseconds(0, 3_000)
      .default(500)
      .describe('If less than this of a reply was heard before the barge-in, the new words continue the turn before, ms.'),
  })
  .prefault({});

const silenceOptions = z
  .strictObject({
    firstMs: milliseconds(1_000, 120_000).default(8_000).describe('Silence after which the caller is asked whether they are there, ms.'),
    holdMs: milliseconds(1_000, 600_000)
      .default(25_000)
      .describe('Silence after which a caller who asked for a moment is asked whether they are there, ms.'),
    mutedMs: milliseconds(5_000, 3_600_000)
      .default(180_000)
      .describe('Silence after which a muted caller who does not type either is asked whether they are there, ms.'),
    againMs: milliseconds(1_000, 120_000)
      .default(7_000)
      .describe('Silence before the second question, and before the call is ended after that, ms.'),
    noisyMs: milliseconds(0, 7_200_000)
      .default(900_000)
      .describe('Time for which a line with sound but no words, such as hold music, is not ended although nobody answers, ms.'),
  })
  .prefault({});

const speculationOptions = z
  .strictObject({
    knowledge: z.boolean().default(true).describe('Look up the answer before the turn end is decided.'),
    llm: z
      .boolean()
      .default(true)
      .describe('Ask the LLM before the turn end is decided. Costs computing time for answers that are dropped.'),
    onPartial: z.boolean().default(true).describe('Look up the answer to the partial text at a pause, before the final text is there.'),
  })
  .prefault({});

const playoutOptions = z
  .strictObject({
    aheadMs: milliseconds(500, 20_000).default(4_000).describe('Speech handed to playout ahead of what was played, ms.'),
    piecesAhead: z.int().min(1).max(8).default(2).describe('Pieces of text that are synthesized before they are needed.'),
  })
  .prefault({});

const toneOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Guess the tone of callers. false: no tone is used, shown or counted.'),
    minConfidence: z
      .number()
      .min(0.34)
      .max(1)
      .default(0.5)
      .describe('Confidence from which a tone counts; below it the caller is neutral.'),
    raisedDb: z
      .number()
      .min(1)
      .max(40)
      .default(6)
      .describe("Level above the caller's own first turns from which a voice counts as raised, dB."),
    raisedWithPitchDb: z
      .number()
      .min(0)
      .max(40)
      .default(3.5)
      .describe('Level above the first turns from which a voice that is also higher counts as raised, dB.'),
    raisedSemitones: z
      .number()
      .min(0.5)
      .max(24)
      .default(2)
      .describe("Pitch above the caller's own first turns from which a voice counts as higher, semitones."),
    tellLlm: z.boolean().default(true).describe('Tell the LLM the tone, in one short note.'),
    answerInKind: z.boolean().default(true).describe('Speak calmly to upset, sad and unsure callers, and brightly to happy ones.'),
    calmRatio: z.number().min(0.7).max(1).default(0.94).describe("Speed of the calm voice relative to the persona's."),
    brightRatio: z.number().min(1).max(1.3).default(1.04).describe("Speed of the bright voice relative to the persona's."),
  })
  .prefault({});

const faultOptions = z
  .strictObject({
    transcriptWithinMs: milliseconds(300, 20_000).default(1_700).describe("Time limit from the caller's last sound to the final text, ms."),
    answerWithinMs: milliseconds(300, 20_000)
      .default(1_800)
      .describe("Time limit from the caller's last sound to the first audio of the answer, ms."),
    answerAtLeastMs: milliseconds(100, 20_000)
      .default(1_000)
      .describe('Time that the answer has after the turn end in any case, however long endpointing took, ms.'),
    stallMs: milliseconds(300, 30_000)
      .default(2_000)
      .describe('Time limit for the next audio of a reply when nothing is left to play, ms.'),
    stuckMs: milliseconds(1_000, 60_000)
      .default(8_000)
      .describe('Time in which something must happen in a turn, ms; then it is ended, counted as a fault and apologised for.'),
    goodbyeWithinMs: milliseconds(500, 60_000).default(12_000).describe('Time limit for the last phrase of a call; it is cut then, ms.'),
  })
  .prefault({});

/** Everything about a conversation that can be set. */
export const pipelineOptions = z
  .strictObject({
    turn: turnOptions.describe('Endpointing: when the caller has finished a turn.'),
    bargeIn: bargeInOptions.describe('Barge-in: whether caller speech over the bot is an interruption.'),
    silence: silenceOptions.describe('When the caller says nothing.'),
    speculation: speculationOptions.describe('Work done before the turn end is decided.'),
    playout: playoutOptions.describe('How far the bot prepares its speech.'),
    tone: toneOptions.describe("The caller's tone of voice."),
    faults: faultOptions.describe('Time limits of a turn; beyond them the caller hears an apology.'),
    slowRatio: z
      .number()
      .min(0.5)
      .max(1)
      .default(0.82)
      .describe("Speed of an answer that is repeated because the caller did not understand it, relative to the persona's."),
    historyTurns: z.int().min(0).max(100).default(10).describe('Number of past turns that the LLM is given.'),
    maxReplyChars: z
      .int()
      .min(50)
      .max(20_000)
      .default(1_500)
      .describe('Upper limit of a spoken LLM reply, characters; a longer one is cut.'),
    dtmfPauseMs: milliseconds(200, 20_000)
      .default(1_500)
      .describe('Pause after which keyed digits count as complete, ms. The # key ends them at once.'),
    maxCallMs: milliseconds(10_000, 86_400_000)
      .default(3_600_000)
      .describe('Upper limit of the length of a call, ms; the bot then says goodbye.'),
  })
  .prefault({});

export type PipelineOptions = z.infer<typeof pipelineOptions>;
export type TurnOptions = PipelineOptions['turn'];
export type ToneOptions = PipelineOptions['tone'];
export type BargeInOptions = PipelineOptions['bargeIn'];
