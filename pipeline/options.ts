import * as z from 'zod';

const milliseconds = (low: number, high: number) => z.number().min(low).max(high);
const share = z.number().min(0).max(1);

const turnOptions = z
  .strictObject({
    endProbability: share
      .default(0.6)
      .describe('Smart Turn probability at which a turn whose text decides nothing ends. A telephone line needs more than 0.5.'),
    sureProbability: share.default(0.8).describe('From here on one vote is enough; between the two a second vote is asked for.'),
    doubtProbability: share
      .default(0.12)
      .describe('Below this probability even a text that reads as a finished question is waited on: callers pause inside questions too.'),
    doubtMs: milliseconds(200, 3_000)
      .default(650)
      .describe('Silence that ends such a question if the probability stays as low. Milliseconds.'),
    voteWithinMs: milliseconds(0, 500)
      .default(70)
      .describe('A question whose text is known before its probability waits for that so long. Milliseconds.'),
    leadInMs: milliseconds(200, 3_000)
      .default(700)
      .describe('Silence that ends "excuse me", "wait" and the like said over the bot: the request follows. Milliseconds.'),
    judgeAgainMs: z
      .array(milliseconds(250, 5_000))
      .max(5)
      .default([450, 800])
      .describe('Silences at which the probability is asked for again. Milliseconds.'),
    shortPhraseMs: milliseconds(200, 3_000)
      .default(400)
      .describe('Silence that ends a short complete phrase when nothing was asked. Milliseconds.'),
    longStatementMs: milliseconds(200, 3_000)
      .default(500)
      .describe('Silence that ends a complete statement in a long turn: people add to it. Milliseconds.'),
    longTurnMs: milliseconds(500, 60_000).default(3_000).describe('From so much speech on a turn counts as long. Milliseconds.'),
    statementMs: milliseconds(300, 5_000)
      .default(1_100)
      .describe('Silence that ends a statement whatever the probability says. Milliseconds.'),
    unfinishedMs: milliseconds(500, 5_000)
      .default(1_400)
      .describe('Silence that ends a turn whose text stops inside something. Milliseconds.'),
    digitsMs: milliseconds(500, 5_000)
      .default(2_000)
      .describe('Silence that ends a turn whose text stops in digits: groups are said with pauses of up to 1.5 s. Milliseconds.'),
    messageMs: milliseconds(500, 10_000).default(1_600).describe('Silence that ends a message being dictated. Milliseconds.'),
    hardCapMs: milliseconds(1_000, 10_000).default(3_000).describe('Silence that ends every turn. Milliseconds.'),
    maxUtteranceMs: milliseconds(5_000, 120_000)
      .default(40_000)
      .describe('Speech after which the words so far are answered. Milliseconds.'),
    minConfidence: share.default(0.3).describe('Below this mean token probability the caller is asked to say it again.'),
    reopenMs: milliseconds(0, 5_000)
      .default(1_500)
      .describe('Speech that resumes so soon after a turn ended, before an answer was heard, continues that turn. Milliseconds.'),
  })
  .prefault({});

const bargeInOptions = z
  .strictObject({
    resumeWithinMs: milliseconds(100, 3_000).default(640).describe('A paused bot goes on after so long without words. Milliseconds.'),
    extendForWordsMs: milliseconds(0, 3_000)
      .default(100)
      .describe('Added for the final text when the caller has stopped and a word stands that may be a request. Milliseconds.'),
    finalWithinMs: milliseconds(0, 3_000)
      .default(300)
      .describe('The final text of longer speech over the bot is waited for so long after its end was noticed. Milliseconds.'),
    extendMs: milliseconds(0, 3_000)
      .default(500)
      .describe('Added once while the caller still speaks, unless recognition takes it for noise. Milliseconds.'),
    shortSpeechMs: milliseconds(0, 3_000)
      .default(600)
      .describe('Speech over the bot that is shorter is taken for a nod where recognition is unsure of the words. Milliseconds.'),
    shortConfidence: share
      .default(0.6)
      .describe('Mean token probability from which such words are believed; "stop", "what" and the like always are.'),
    echoOverlapRatio: share
      .default(0.7)
      .describe('Share of the words that must repeat the last words of the bot to be taken for its echo.'),
    echoWords: z.int().min(3).max(200).default(25).describe('How many of the last words of the bot an echo is looked for in.'),
    mergeHeardMs: milliseconds(0, 3_000)
      .default(500)
      .describe('A reply cut off before so much of it was heard: the words continue the turn before. Milliseconds.'),
  })
  .prefault({});

const silenceOptions = z
  .strictObject({
    firstMs: milliseconds(1_000, 120_000)
      .default(8_000)
      .describe('Nobody speaking for so long: the caller is asked whether they are there. Milliseconds.'),
    holdMs: milliseconds(1_000, 600_000).default(25_000).describe('The same after the caller has asked for a moment. Milliseconds.'),
    mutedMs: milliseconds(5_000, 3_600_000)
      .default(180_000)
      .describe(
        'Nobody speaking or typing for so long while the microphone is said to be off: the caller is asked all the same. Milliseconds.',
      ),
    againMs: milliseconds(1_000, 120_000)
      .default(7_000)
      .describe('Nobody speaking for so long after the first and the second question. Milliseconds.'),
  })
  .prefault({});

const speculationOptions = z
  .strictObject({
    knowledge: z.boolean().default(true).describe('Look up the answer while it is still undecided whether the turn has ended.'),
    llm: z.boolean().default(true).describe('Ask the LLM then too. Costs computing for answers that are dropped.'),
    onPartial: z.boolean().default(true).describe('Look up the answer to the partial text at the pause, before the final text is there.'),
  })
  .prefault({});

const playoutOptions = z
  .strictObject({
    aheadMs: milliseconds(500, 20_000).default(4_000).describe('Speech handed to playout beyond what was played. Milliseconds.'),
    piecesAhead: z.int().min(1).max(8).default(2).describe('Pieces that are made before they are needed.'),
  })
  .prefault({});

const toneOptions = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether the tone of callers is guessed. `false` takes it out entirely: nothing is said otherwise, shown or counted.'),
    minConfidence: z.number().min(0.34).max(1).default(0.5).describe('How likely a tone must be to be taken for more than neutral.'),
    raisedDb: z
      .number()
      .min(1)
      .max(40)
      .default(6)
      .describe("A voice so much louder than in the caller's own first turns counts as raised. Decibels."),
    raisedWithPitchDb: z.number().min(0).max(40).default(3.5).describe('The same where it is higher, too. Decibels.'),
    raisedSemitones: z.number().min(0.5).max(24).default(2).describe('So much higher. Semitones.'),
    tellLlm: z.boolean().default(true).describe('Whether a language model is told of a tone, in one short note.'),
    answerInKind: z
      .boolean()
      .default(true)
      .describe('Whether the bot speaks calmly to upset, sad and unsure callers, and brightly to happy ones.'),
    calmRatio: z.number().min(0.7).max(1).default(0.94).describe("The speed of a calm voice, as a share of the persona's."),
    brightRatio: z.number().min(1).max(1.3).default(1.04).describe("The speed of a bright voice, as a share of the persona's."),
  })
  .prefault({});

const faultOptions = z
  .strictObject({
    transcriptWithinMs: milliseconds(300, 20_000)
      .default(1_700)
      .describe("Caller's last sound to final text; later is a fault of recognition. Milliseconds."),
    answerWithinMs: milliseconds(300, 20_000)
      .default(1_800)
      .describe("Caller's last sound to the first PCM of the answer; later is a fault. Milliseconds."),
    answerAtLeastMs: milliseconds(100, 20_000)
      .default(1_000)
      .describe('Granted from the end of the turn on, however long the end was waited for. Milliseconds.'),
    stallMs: milliseconds(300, 30_000)
      .default(2_000)
      .describe('A reply that comes to a standstill for so long with nothing left to play is a fault. Milliseconds.'),
    goodbyeWithinMs: milliseconds(500, 60_000)
      .default(12_000)
      .describe('A last phrase that is not through after so long is cut. Milliseconds.'),
  })
  .prefault({});

/** Everything about a conversation that can be set. */
export const pipelineOptions = z
  .strictObject({
    turn: turnOptions.describe('When the caller has finished.'),
    bargeIn: bargeInOptions.describe('When the caller interrupts.'),
    silence: silenceOptions.describe('When the caller says nothing.'),
    speculation: speculationOptions.describe('Work done before the turn has ended.'),
    playout: playoutOptions.describe('How far ahead of the caller the bot works.'),
    tone: toneOptions.describe("The caller's tone of voice."),
    faults: faultOptions.describe('How long a speech service is waited for.'),
    historyTurns: z.int().min(0).max(100).default(10).describe('Turns that the LLM is told about.'),
    maxReplyChars: z.int().min(50).max(20_000).default(1_500).describe('Length at which a reply of the LLM is cut. Characters.'),
    dtmfPauseMs: milliseconds(200, 20_000)
      .default(1_500)
      .describe('Digits pressed count as said after so long without another, or at #. Milliseconds.'),
    maxCallMs: milliseconds(10_000, 86_400_000).default(3_600_000).describe('A call is ended with a goodbye after so long. Milliseconds.'),
  })
  .prefault({});

export type PipelineOptions = z.infer<typeof pipelineOptions>;
export type TurnOptions = PipelineOptions['turn'];
export type ToneOptions = PipelineOptions['tone'];
export type BargeInOptions = PipelineOptions['bargeIn'];
